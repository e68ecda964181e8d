//! Numbers: what can be counted, computed, rounded.

use super::Generator;
use super::world::Ty;

impl Generator {
    /// A whole number.
    pub(super) fn int(&mut self, depth: usize) -> String {
        match self.below(16) {
            0 => format!("length({})", self.total(&Ty::Text, depth)),
            1 => {
                let ty = self.element_type();
                format!("length({})", self.list(&ty, depth))
            }
            2..=4 => {
                let operator = self.of(&["+", "-", "*"]);
                format!(
                    "({} {operator} {})",
                    self.total(&Ty::Int, depth),
                    self.total(&Ty::Int, depth)
                )
            }
            5 => format!(
                "({} | int! catch {})",
                self.total(&Ty::Text, depth),
                self.literal(&Ty::Int)
            ),
            6 => format!("({} | int!)", self.total(&Ty::Text, depth)),
            7 => {
                let ty = self.element_type();
                let (list, predicate) = (self.list(&ty, depth), self.predicate(&ty, depth));
                format!("({list} | count({predicate}))")
            }
            8 => format!(
                "{}({}, {})",
                self.of(&["min", "max"]),
                self.total(&Ty::Int, depth),
                self.total(&Ty::Int, depth)
            ),
            9 => format!("({} | abs)", self.total(&Ty::Int, depth)),
            10 => format!("({} | epoch)", self.total(&Ty::DateTime, depth)),
            11 => format!("({} | sum)", self.list(&Ty::Int, depth)),
            12 => format!("({} | halve!)", self.total(&Ty::Int, depth)),
            13 => format!("(-{})", self.total(&Ty::Int, depth)),
            14 => format!(
                "({} % {} catch {})",
                self.total(&Ty::Int, depth),
                self.total(&Ty::Int, depth),
                self.literal(&Ty::Int)
            ),
            _ => match self.scope.is_export {
                true => format!("({} | Number!)", self.total(&Ty::Text, depth)),
                false => self.leaf(&Ty::Int),
            },
        }
    }

    /// An amount.
    pub(super) fn decimal(&mut self, depth: usize) -> String {
        match self.below(16) {
            0..=3 => {
                let operator = self.of(&["+", "-", "*"]);
                format!(
                    "({} {operator} {} | round(4))",
                    self.total(&Ty::Dec, depth),
                    self.total(&Ty::Dec, depth)
                )
            }
            4 => format!(
                "({} / {} catch {} | round(4))",
                self.total(&Ty::Dec, depth),
                self.total(&Ty::Dec, depth),
                self.literal(&Ty::Dec)
            ),
            5 => {
                let mode = self.of(&["", ", \"half_even\"", ", mode = \"up\"", ", \"down\""]);
                let digits = self.of(&["0", "1", "2", "4"]);
                format!("({} | round({digits}{mode}))", self.total(&Ty::Dec, depth))
            }
            6 => {
                let item = self.fresh("s");
                match self.records() {
                    Some((list, record)) => {
                        let sum = self.within(&item, record, |generator| generator.total(&Ty::Dec, depth.min(1)));
                        format!("sum({list}, {item} => {sum})")
                    }
                    None => format!("({} | sum)", self.list(&Ty::Dec, depth)),
                }
            }
            7 => format!(
                "(percent({}, of = {}) catch 0.00 | round(2))",
                self.total(&Ty::Dec, depth),
                self.total(&Ty::Dec, depth)
            ),
            8 => format!(
                "({} | net_of!({}) | round(2))",
                self.total(&Ty::Dec, depth),
                self.of(&["19", "5.5", "0"])
            ),
            9 => format!("({} | decimal!)", self.total(&Ty::Text, depth)),
            10 => format!(
                "{}({}, {})",
                self.of(&["min", "max"]),
                self.total(&Ty::Dec, depth),
                self.total(&Ty::Dec, depth)
            ),
            11 => format!("({} | abs)", self.total(&Ty::Dec, depth)),
            12 => {
                let weights = self.list(&Ty::Int, depth);
                let end = self.of(&["first! ", "last! "]);
                format!(
                    "({} | round(2) | allocate!({weights}) | {end}| round(2))",
                    self.total(&Ty::Dec, depth)
                )
            }
            13 => match self.present_path(&Ty::Float) {
                Some(path) => format!("({path} | from_float!(2))"),
                None => self.leaf(&Ty::Dec),
            },
            14 => format!(
                "(weigh?({}, {} | map(w => w | round(4)), {})?.sum ?? 1.5)",
                self.list(&Ty::Text, depth),
                self.list(&Ty::Dec, depth),
                self.literal(&Ty::Date)
            ),
            _ => format!(
                "weigh!({}, {} | map(w => w | round(4)), null).sum",
                self.list(&Ty::Text, depth),
                self.list(&Ty::Dec, depth)
            ),
        }
    }
}
