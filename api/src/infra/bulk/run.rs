//! Feeding a file to an importer: chunk by chunk, or all or nothing.

use std::future::Future;
use std::ops::AddAssign;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::reader::Reader;
use super::{Cells, Column, ImportError, Problems, Progress, RowProblem, Unknown, sha256_file};
use crate::db::{Db, Tx};
use crate::error::Error;

/// An importer: what its columns are, how a row is read, and how rows are written.
pub trait Import: Send + Sync + 'static {
    /// Names a column.
    type Column: Copy + PartialEq + Send + Sync + 'static;
    /// A row that was read and found good.
    type Row: Send + Sync + 'static;
    /// What was written.
    type Counts: Default + AddAssign + Send + 'static;
    /// The columns it knows.
    const COLUMNS: &'static [Column<Self::Column>];
    /// What becomes of other columns.
    const UNKNOWN: Unknown;
    /// Rows written at a time: one transaction, unless all is one.
    const CHUNK: usize;

    /// Reads a row; pure.
    fn parse(&self, cells: Cells<'_, Self::Column>) -> Result<Self::Row, Vec<RowProblem>>;

    /// What must not come twice in a file, and the column to blame; `None` where repetition does no harm.
    /// Keys are remembered for the length of the run: some 100 bytes a row.
    fn key(&self, _row: &Self::Row) -> Option<(Self::Column, String)> {
        None
    }

    /// Takes what was found wrong while writing, where rows are judged by what is stored; they were left out.
    fn found(_counts: &mut Self::Counts) -> Problems {
        Problems::default()
    }

    /// Writes rows. What is there already stays as it is, so running twice is running once.
    fn write(&self, tx: &Tx, rows: &[Self::Row]) -> impl Future<Output = Result<Self::Counts, Error>> + Send;
}

/// Which file, and how.
#[derive(Clone)]
pub struct FileRun {
    /// The file: `.xlsx`, or CSV.
    pub path: PathBuf,
    /// All or nothing: one bad row, and nothing is written; one transaction. Otherwise bad rows are left out and each
    /// chunk is a transaction, so that a server on the same SQLite file is never held up for long.
    pub strict: bool,
    /// Everything is done as it would be, and nothing of it kept.
    pub dry: bool,
    /// Where progress shows.
    pub progress: Progress,
}

/// What a run did.
#[derive(Debug)]
pub struct Outcome<N> {
    /// What was written; nothing, when the run was refused.
    pub counts: N,
    /// Good rows.
    pub rows: u64,
    /// Bad ones.
    pub problems: Problems,
    /// Whether strictness kept everything out.
    pub refused: bool,
    /// Whether it was only tried.
    pub dry: bool,
    /// The SHA-256 of the file.
    pub sha256: [u8; 32],
}

/// Runs `import` over a file.
pub async fn run<I: Import>(db: &Db, import: I, file: &FileRun) -> Result<Outcome<I::Counts>, ImportError> {
    let import = Arc::new(import);
    let sha256 = sha256_file(&file.path)?;
    let outcome = match (file.dry, file.strict) {
        (true, _) => at_once(db, import, file).await,
        (false, true) => all_or_nothing(db, import, file).await,
        (false, false) => by_chunks(db, import, file).await,
    };
    file.progress.finish();
    outcome.map(|(counts, rows, problems)| {
        let refused = file.strict && problems.total > 0;
        Outcome { counts, rows, problems, refused, dry: file.dry, sha256 }
    })
}

type Done<I> = (<I as Import>::Counts, u64, Problems);

async fn by_chunks<I: Import>(db: &Db, import: Arc<I>, file: &FileRun) -> Result<Done<I>, ImportError> {
    let mut reader = Reader::open(Arc::clone(&import), file)?;
    let (mut counts, mut total, mut problems) = (I::Counts::default(), 0, Problems::default());
    loop {
        let rows = Arc::new(reader.chunk(&mut problems)?);
        if rows.is_empty() {
            return Ok((counts, total, problems));
        }
        total += rows.len() as u64;
        let import = Arc::clone(&import);
        let written = db.write_background(move |tx| {
            let (import, rows) = (Arc::clone(&import), Arc::clone(&rows));
            Box::pin(async move { import.write(tx, &rows).await })
        });
        let mut written = written.await?;
        left_out(&mut total, &mut problems, I::found(&mut written));
        counts += written;
        file.progress.at(reader.position());
    }
}

/// Moves rows that were found wrong while they were written from the good ones to the bad ones.
fn left_out(total: &mut u64, problems: &mut Problems, found: Problems) {
    *total = total.saturating_sub(found.rows);
    *problems += found;
}

/// Reads the file twice, checking it first, rather than hold it in memory.
async fn all_or_nothing<I: Import>(db: &Db, import: Arc<I>, file: &FileRun) -> Result<Done<I>, ImportError> {
    let mut reader = Reader::open(Arc::clone(&import), file)?;
    let (mut total, mut problems) = (0, Problems::default());
    loop {
        match reader.chunk(&mut problems)?.len() {
            0 => break,
            rows => total += rows as u64,
        }
    }
    if problems.total > 0 {
        return Ok((I::Counts::default(), total, problems));
    }
    at_once(db, import, file).await
}

/// Writes everything in one transaction, which is undone when it was only tried, or when strictness found something.
async fn at_once<I: Import>(db: &Db, import: Arc<I>, file: &FileRun) -> Result<Done<I>, ImportError> {
    let (file, undone) = (file.clone(), Arc::new(Mutex::new(None)));
    let kept = Arc::clone(&undone);
    let written = db.write_background(move |tx| {
        let (import, file, kept) = (Arc::clone(&import), file.clone(), Arc::clone(&kept));
        Box::pin(async move {
            let done: Done<I> = write_all(tx, import, &file).await?;
            if file.dry || (file.strict && done.2.total > 0) {
                *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
                return Err(Error::internal("an import was undone"));
            }
            Ok(done)
        })
    });
    let written = written.await;
    let undone = undone.lock().unwrap_or_else(PoisonError::into_inner).take();
    Ok(undone.map_or(written, Ok)?)
}

async fn write_all<I: Import>(tx: &Tx, import: Arc<I>, file: &FileRun) -> Result<Done<I>, Error> {
    let mut reader = Reader::open(Arc::clone(&import), file)?;
    let (mut counts, mut total, mut problems) = (I::Counts::default(), 0, Problems::default());
    loop {
        let rows = reader.chunk(&mut problems)?;
        if file.strict && !file.dry && problems.total > 0 {
            return Ok((I::Counts::default(), total, problems));
        }
        if rows.is_empty() {
            return Ok((counts, total, problems));
        }
        total += rows.len() as u64;
        let mut written = import.write(tx, &rows).await?;
        left_out(&mut total, &mut problems, I::found(&mut written));
        counts += written;
        file.progress.at(reader.position());
    }
}
