//! What an organization starts with: categories and deadlines, which it may change.

use entities::values::{CallbackClass, ClockBasis, Trade, Urgency};

use super::{Bases, Policy};

/// A category that every new organization has.
pub struct DefaultCategory {
    /// Stable code.
    pub code: &'static str,
    /// Chinese name.
    pub name_zh: &'static str,
    /// English name.
    pub name_en: &'static str,
    /// The trade that does it.
    pub trade: Trade,
    /// Which rule dates its callback.
    pub callback_class: CallbackClass,
}

const fn category(
    code: &'static str,
    name_zh: &'static str,
    name_en: &'static str,
    trade: Trade,
    callback_class: CallbackClass,
) -> DefaultCategory {
    DefaultCategory { code, name_zh, name_en, trade, callback_class }
}

/// The categories of a new organization.
pub const CATEGORIES: &[DefaultCategory] = &[
    category("PLUMBING", "给排水", "Plumbing", Trade::Plumbing, CallbackClass::Ordinary),
    category("LEAK", "渗漏", "Leak", Trade::Masonry, CallbackClass::Leak),
    category("ELECTRICAL", "电气", "Electrical", Trade::Electrical, CallbackClass::Ordinary),
    category("HEATING", "供暖", "Heating", Trade::Heating, CallbackClass::Ordinary),
    category("DOORS_WINDOWS", "门窗", "Doors and windows", Trade::Carpentry, CallbackClass::Ordinary),
    category("WALLS", "墙面地面", "Walls and floors", Trade::Masonry, CallbackClass::Ordinary),
    category("ELEVATOR", "电梯", "Lift", Trade::Elevator, CallbackClass::Safety),
    category("FIRE_SAFETY", "消防", "Fire safety", Trade::General, CallbackClass::Safety),
    category("ACCESS_CONTROL", "门禁安防", "Access and security", Trade::Electrical, CallbackClass::Safety),
    category("APPLIANCE", "家电", "Appliances", Trade::Appliance, CallbackClass::Ordinary),
    category("CLEANING", "保洁", "Cleaning", Trade::Cleaning, CallbackClass::Ordinary),
    category("GREENING", "绿化", "Greening", Trade::Greening, CallbackClass::Ordinary),
    category("OTHER", "其他", "Other", Trade::General, CallbackClass::Ordinary),
];

const HOUR: i32 = 60;
const DAY: i32 = 24 * HOUR;

/// What a category's work takes in minutes, until it is set otherwise.
pub const WORK_MINUTES: i32 = 60;
/// Minutes between two times that a ticket is urged, until a community sets it otherwise.
pub const URGE_MINUTES: i32 = 30;

/// The deadlines of a new organization (working plans of property companies): an emergency is answered and reached in
/// 30 minutes and done in 24 hours, around the clock; ordinary work is answered in 30 minutes of service hours and done in
/// 72 hours; the callback comes within 2 days, for leaks 3 days after the water test.
pub const fn policy(urgency: Urgency, class: CallbackClass) -> Policy {
    let callback = match class {
        CallbackClass::Leak => 3 * DAY,
        CallbackClass::Safety | CallbackClass::Ordinary => 2 * DAY,
    };
    let bases = Bases::AROUND_THE_CLOCK;
    match urgency {
        Urgency::Emergency => Policy { respond: Some(30), arrive: Some(30), complete: Some(DAY), callback, bases },
        Urgency::Ordinary => {
            let bases = Bases { respond: ClockBasis::ServiceHours, ..bases };
            Policy { respond: Some(30), arrive: None, complete: Some(3 * DAY), callback, bases }
        }
    }
}
