//! Lines of a stream to lines of another, by one thread or several: chunks of whole lines go in and come out in order.

use std::io::{self, Read, Write};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

/// How much is read at once. A line may be longer.
const CHUNK: usize = 128 * 1024;

/// Appends what a line becomes, or says what is wrong with it.
pub(super) type Convert<'c> = dyn Fn(&[u8], &mut String) -> Result<(), String> + Sync + 'c;

/// Why a stream ended early.
#[derive(Debug)]
pub enum Stopped {
    /// A line that is no record of the mapping: its number, and what is wrong.
    Line(u64, String),
    /// Reading or writing failed.
    Broken(io::Error),
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}

/// Converts each line that is not empty. What came before a wrong line is written.
pub(super) fn convert_lines(
    input: impl Read + Send,
    output: impl Write + Send,
    threads: usize,
    convert: &Convert<'_>,
) -> Result<(), Stopped> {
    let chunks = Mutex::new(Chunks::new(input));
    if threads <= 1 {
        return one_after_another(&chunks, output, convert);
    }
    let turns = Turns::new(output);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| work(&chunks, &turns, convert)))
            .collect();
        let ends = workers.into_iter().map(|worker| worker.join().unwrap_or(Ok(())));
        ends.fold(Ok(()), Result::and)
    })?;
    turns.end()
}

fn one_after_another<R: Read>(
    chunks: &Mutex<Chunks<R>>,
    mut output: impl Write,
    convert: &Convert<'_>,
) -> Result<(), Stopped> {
    let (mut chunk, mut out) = (Chunk::default(), String::new());
    let mut lines = 0;
    while next(chunks, &mut chunk)? {
        out.clear();
        let converted = chunk.convert(&mut out, convert);
        output.write_all(out.as_bytes())?;
        lines += converted.lines;
        if let Some(problem) = converted.problem {
            return Err(Stopped::Line(lines, problem));
        }
    }
    output.flush()?;
    Ok(())
}

/// What each of several threads does: the next chunk, until there is none.
fn work<R: Read, W: Write>(chunks: &Mutex<Chunks<R>>, turns: &Turns<W>, convert: &Convert<'_>) -> Result<(), Stopped> {
    let (mut chunk, mut out) = (Chunk::default(), String::new());
    while next(chunks, &mut chunk)? {
        out.clear();
        let converted = chunk.convert(&mut out, convert);
        if !turns.write(chunk.number, &out, converted)? {
            break;
        }
    }
    Ok(())
}

fn next<R: Read>(chunks: &Mutex<Chunks<R>>, chunk: &mut Chunk) -> io::Result<bool> {
    let mut chunks = chunks.lock().unwrap_or_else(PoisonError::into_inner);
    chunks.next(chunk)
}

/// Whole lines of the stream.
#[derive(Debug, Default)]
struct Chunk {
    bytes: Vec<u8>,
    /// The number of the chunk, from 0.
    number: u64,
}

/// How far a chunk was converted.
#[derive(Debug)]
struct Converted {
    /// Lines, the wrong one included.
    lines: u64,
    /// What is wrong with the last of them.
    problem: Option<String>,
}

impl Chunk {
    fn convert(&self, out: &mut String, convert: &Convert<'_>) -> Converted {
        let mut rest = self.bytes.as_slice();
        let mut lines = 0;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let (line, behind) = rest.split_at(end);
            lines += 1;
            if !line.trim_ascii_start().is_empty() {
                let before = out.len();
                if let Err(problem) = convert(line, out) {
                    out.truncate(before);
                    let problem = Some(problem);
                    return Converted { lines, problem };
                }
                out.push('\n');
            }
            rest = behind.get(1..).unwrap_or_default();
        }
        Converted { lines, problem: None }
    }
}

/// Cuts a stream into chunks.
#[derive(Debug)]
struct Chunks<R> {
    input: R,
    /// The begin of a line whose end is not read yet.
    carry: Vec<u8>,
    number: u64,
}

impl<R: Read> Chunks<R> {
    const fn new(input: R) -> Self {
        Self {
            input,
            carry: Vec::new(),
            number: 0,
        }
    }

    /// Fills a chunk; false at the end. Its memory is used again, so that none grows beyond the longest line.
    fn next(&mut self, chunk: &mut Chunk) -> io::Result<bool> {
        chunk.bytes.clear();
        chunk.bytes.append(&mut self.carry);
        loop {
            let filled = chunk.bytes.len();
            chunk.bytes.resize(filled + CHUNK, 0);
            let read = self.input.read(chunk.bytes.get_mut(filled..).unwrap_or_default());
            chunk.bytes.truncate(filled + *read.as_ref().unwrap_or(&0));
            match read {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
                Ok(0) => break,
                Ok(_) => {}
            }
            let fresh = chunk.bytes.get(filled..).unwrap_or_default();
            if let Some(end) = memchr::memrchr(b'\n', fresh) {
                let behind = filled + end + 1;
                self.carry
                    .extend_from_slice(chunk.bytes.get(behind..).unwrap_or_default());
                chunk.bytes.truncate(behind);
                break;
            }
        }
        chunk.number = self.number;
        self.number += 1;
        Ok(!chunk.bytes.is_empty())
    }
}

/// Lets chunks out in their order.
#[derive(Debug)]
struct Turns<W> {
    state: Mutex<Turn<W>>,
    passed: Condvar,
}

#[derive(Debug)]
struct Turn<W> {
    output: W,
    next: u64,
    lines: u64,
    stopped: Option<Stopped>,
}

impl<W: Write> Turns<W> {
    const fn new(output: W) -> Self {
        Self {
            state: Mutex::new(Turn {
                output,
                next: 0,
                lines: 0,
                stopped: None,
            }),
            passed: Condvar::new(),
        }
    }

    /// Writes a chunk when all before it are written; false: one of them was wrong, so that nothing follows.
    fn write(&self, number: u64, out: &str, converted: Converted) -> io::Result<bool> {
        let mut turn = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while turn.next != number {
            turn = self.passed.wait(turn).unwrap_or_else(PoisonError::into_inner);
        }
        let written = match turn.stopped {
            None => turn.output.write_all(out.as_bytes()),
            Some(_) => Ok(()),
        };
        turn.lines += converted.lines;
        if let (None, Some(problem)) = (&turn.stopped, converted.problem) {
            turn.stopped = Some(Stopped::Line(turn.lines, problem));
        }
        turn.next += 1;
        self.passed.notify_all();
        written.map(|()| turn.stopped.is_none())
    }

    fn end(self) -> Result<(), Stopped> {
        let mut turn = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        turn.output.flush()?;
        turn.stopped.map_or(Ok(()), Err)
    }
}
