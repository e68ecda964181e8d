//! Each is wrong in another way.

fn hidden(name: &str) -> Cow<'_, str> {
    name.into()
}

pub async fn slow(name: &str) -> Cow<'_, str> {
    name.into()
}

pub fn generic<T: AsRef<str>>(name: T) -> Cow<'static, str> {
    name.as_ref().to_owned().into()
}

pub fn some(name: impl Into<String>) -> Cow<'static, str> {
    name.into().into()
}

pub fn one(name: &str) -> Cow<'_, str> {
    name.into()
}

pub fn total(amounts: &[Decimal], day: Date) -> Option<Decimal> {
    None
}

pub fn state(state: State) -> i32 {
    1
}

pub fn may_fail(name: &str) -> Result<String, Fail> {
    Ok(name.to_owned())
}

pub fn nothing(name: &str) {}

pub fn astray(name: &str) -> Cow<'_, str> {
    name.into()
}

pub fn twice(rank: i64) -> i64 {
    rank * 2
}

pub fn half(rank: &i64) -> i64 {
    rank / 2
}

pub fn note(partner: RecordId) -> Result<(), Fail> {
    Ok(())
}

pub mod inner {}
