//! (skeleton: what generated code calls)

/// A record of a payload.
#[derive(Clone, Copy, Debug)]
pub struct Rec<'s>(std::marker::PhantomData<&'s ()>);
