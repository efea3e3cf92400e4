mod code;
mod duty;
mod forgery;
mod nodes;
mod password;
mod session;
mod staff_create;
mod staff_list;
