//! What another system billed and collected, and what its meters showed, by files.

mod readings;
mod rows;
mod year;

use support::program::{Finished, Program};
use support::{TestApp, World};

/// The headings of a file of fees.
const HEADINGS: &str = "小区,楼栋,房号,收费项目,账期,月数,应收金额,应缴日期,缴费人,手机号,已收金额,收款日期";

/// A file with its lines.
fn file(program: &Program, name: &str, headings: &str, lines: &[String]) -> String {
    let path = program.path(name);
    std::fs::write(&path, format!("{headings}\n{}\n", lines.join("\n"))).unwrap();
    path.display().to_string()
}

/// Imports a file into the world's organization.
async fn import(app: &TestApp, world: &World, what: (&str, &str), lines: &[String], more: &[&str]) -> Finished {
    let program = Program::over(app.database());
    let path = file(&program, "file.csv", what.1, lines);
    program.run(&[&["import", what.0, &path, "--organization", &world.org_name], more].concat()).await
}

/// Imports fees.
async fn fees(app: &TestApp, world: &World, lines: &[String], more: &[&str]) -> Finished {
    import(app, world, ("fees", HEADINGS), lines, more).await
}
