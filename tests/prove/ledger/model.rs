//! What one household owes and has paid, as simply as it can be said.

/// One line of what is owed, in fen.
#[derive(Clone, Debug)]
pub struct Line {
    /// The charge, on the wire.
    pub id: String,
    /// When it is due; lines of one day are paid in the order of their ids.
    pub due_on: String,
    /// Whether the month's run made it.
    pub billed: bool,
    pub amount: i64,
    pub credited: i64,
    pub waived: i64,
    pub paid: i64,
}

impl Line {
    pub fn open(&self) -> i64 {
        self.amount - self.credited - self.waived - self.paid
    }
}

/// A household.
#[derive(Clone, Debug, Default)]
pub struct Model {
    pub lines: Vec<Line>,
    /// What is paid ahead.
    pub prepaid: i64,
    /// What came in, less what went back.
    pub cash: i64,
}

impl Model {
    pub fn open(&self) -> i64 {
        self.lines.iter().map(Line::open).sum()
    }

    /// Charges something.
    pub fn charge(&mut self, id: String, due_on: String, billed: bool, amount: i64) {
        self.lines.push(Line { id, due_on, billed, amount, credited: 0, waived: 0, paid: 0 });
    }

    /// Pays `amount` of what is owed, the earliest due first; what is left over is prepaid. What each line got.
    pub fn pay(&mut self, amount: i64) -> (Vec<(String, i64)>, i64) {
        self.cash += amount;
        let mut order: Vec<usize> = (0..self.lines.len()).collect();
        order.sort_by_key(|at| (self.lines[*at].due_on.clone(), self.lines[*at].id.clone()));
        let (mut left, mut parts) = (amount, Vec::new());
        for at in order {
            let part = left.min(self.lines[at].open());
            if part > 0 {
                self.lines[at].paid += part;
                parts.push((self.lines[at].id.clone(), part));
                left -= part;
            }
        }
        self.prepaid += left;
        (parts, left)
    }

    /// Gives up some of a line.
    pub fn waive(&mut self, at: usize, amount: i64) {
        self.lines[at].waived += amount;
    }

    /// Money goes back that had paid a line: it is owed again.
    pub fn reopen(&mut self, id: &str, amount: i64) {
        let line = self.lines.iter_mut().find(|line| line.id == id).unwrap();
        line.paid -= amount;
        self.cash -= amount;
    }

    /// What the month comes to, as it stands.
    pub fn billed(&self) -> i64 {
        self.lines.iter().filter(|line| line.billed).map(|line| line.amount - line.credited).sum()
    }

    /// The month is billed again and comes to less: the last line gives back first, never what was given up, and what had
    /// been paid of it is prepaid.
    pub fn credit(&mut self, amount: i64) {
        let mut left = amount;
        for line in self.lines.iter_mut().rev().filter(|line| line.billed) {
            let due = line.amount - line.credited - line.waived;
            let part = left.min(due);
            if part <= 0 {
                continue;
            }
            let back = (line.paid - (due - part)).max(0);
            line.credited += part;
            line.paid -= back;
            self.prepaid += back;
            left -= part;
        }
    }

    /// The month is billed again and comes to more: a further line, which draws on what is prepaid.
    pub fn further(&mut self, id: String, due_on: String, amount: i64) {
        self.charge(id, due_on, true, amount);
        let drawn = self.prepaid.min(amount);
        self.prepaid -= drawn;
        if let Some(line) = self.lines.last_mut() {
            line.paid += drawn;
        }
    }
}
