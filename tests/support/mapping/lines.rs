//! Lines of a stream to lines of another, by one thread or several: chunks of whole lines go in and come out in order.

use std::io::{self, Read, Write};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use tenon_runtime::json::out::{Out, Put};

/// How much is read at once. A line may be longer.
const CHUNK: usize = 64 * 1024;

/// Appends what a line becomes, or says what is wrong with it.
pub(super) type Convert<'c> = Box<dyn FnMut(&[u8], &mut Out) -> Result<(), String> + 'c>;

/// Makes what one thread converts with.
pub(super) type Make<'c> = dyn Fn() -> Convert<'c> + Sync + 'c;

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
    make: &Make<'_>,
) -> Result<(), Stopped> {
    let chunks = Mutex::new(Chunks::new(input));
    if threads <= 1 {
        return one_after_another(&chunks, output, make());
    }
    let turns = Turns::new(output);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| work(&chunks, &turns, make())))
            .collect();
        let ends = workers.into_iter().map(|worker| worker.join().unwrap_or(Ok(())));
        ends.fold(Ok(()), Result::and)
    })?;
    turns.end()
}

fn one_after_another<R: Read>(
    chunks: &Mutex<Chunks<R>>,
    mut output: impl Write,
    mut convert: Convert<'_>,
) -> Result<(), Stopped> {
    let (mut chunk, mut out) = (Chunk::new(), Out::with_room(CHUNK + CHUNK / 4));
    let mut lines = 0;
    while next(chunks, &mut chunk)? {
        out.truncate(0);
        let converted = chunk.convert(&mut out, &mut convert);
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
fn work<R: Read, W: Write>(
    chunks: &Mutex<Chunks<R>>,
    turns: &Turns<W>,
    mut convert: Convert<'_>,
) -> Result<(), Stopped> {
    let (mut chunk, mut out) = (Chunk::new(), Out::with_room(CHUNK + CHUNK / 4));
    while next(chunks, &mut chunk)? {
        out.truncate(0);
        let converted = chunk.convert(&mut out, &mut convert);
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
#[derive(Debug)]
struct Chunk {
    /// Memory that is used again, so that none grows beyond the longest line.
    bytes: Vec<u8>,
    /// How much of it holds lines.
    filled: usize,
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
    fn new() -> Self {
        Self {
            bytes: vec![0; CHUNK],
            filled: 0,
            number: 0,
        }
    }

    /// Begins with what the last chunk left.
    fn take(&mut self, carry: &mut Vec<u8>) {
        if self.bytes.len() < carry.len() {
            self.bytes.resize(carry.len() * 2, 0);
        }
        if let Some(begin) = self.bytes.get_mut(..carry.len()) {
            begin.copy_from_slice(carry);
        }
        carry.clear();
    }

    fn convert(&self, out: &mut Out, convert: &mut Convert<'_>) -> Converted {
        let mut rest = self.bytes.get(..self.filled).unwrap_or_default();
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
                out.put("\n");
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

    /// Fills a chunk; false at the end.
    fn next(&mut self, chunk: &mut Chunk) -> io::Result<bool> {
        let mut filled = self.carry.len();
        chunk.take(&mut self.carry);
        loop {
            let free = chunk.bytes.get_mut(filled..).unwrap_or_default();
            if free.is_empty() {
                // A line longer than all that was read so far.
                chunk.bytes.resize(filled * 2, 0);
                continue;
            }
            let read = match self.input.read(free) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            let fresh = chunk.bytes.get(filled..filled + read).unwrap_or_default();
            let end = memchr::memrchr(b'\n', fresh).map(|end| filled + end + 1);
            filled += read;
            if let Some(end) = end {
                self.carry
                    .extend_from_slice(chunk.bytes.get(end..filled).unwrap_or_default());
                filled = end;
            }
            if end.is_some() || read == 0 {
                break;
            }
        }
        chunk.filled = filled;
        chunk.number = self.number;
        self.number += 1;
        Ok(filled > 0)
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
    fn write(&self, number: u64, out: &Out, converted: Converted) -> io::Result<bool> {
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
