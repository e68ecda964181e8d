//! Where a child stands in the rows around it: `order_line[2].lots[0]`.

use std::sync::Arc;

/// Where a child stands in the rows around it; made into text only for a fault.
#[derive(Clone, Debug)]
pub(super) struct Within {
    pub(super) above: Option<Arc<Within>>,
    pub(super) target: &'static str,
    pub(super) position: usize,
}

impl Within {
    /// `order_line[2].lots[0]`
    pub(super) fn text(&self) -> String {
        let mut text = match &self.above {
            None => String::new(),
            Some(above) => above.text() + ".",
        };
        text.push_str(self.target);
        text.push_str(&format!("[{}]", self.position));
        text
    }
}
