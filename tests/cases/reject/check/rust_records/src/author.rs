//! What mappings call, each otherwise than declared.

use crate::connectors::shop::{Describe, DescribeLines, Heaviest};
use std::collections::HashMap;

pub fn describe<'r>(size: &'r (i64, &'r str), lines: &'r [DescribeLines<'r>]) -> Describe<'r> {
    Describe { label: lines.first().map_or(size.1, |line| &line.sku).into() }
}

pub fn heaviest<'r>(weights: &'r HashMap<String, i64>) -> Option<Heaviest<'r>> {
    weights.keys().max().map(|of| Heaviest { of: of.into() })
}

pub fn listed<'r>(lines: &'r [crate::connectors::shop::ListedLines<'r>]) -> Vec<String> {
    lines.iter().map(|line| line.sku.to_string()).collect()
}
