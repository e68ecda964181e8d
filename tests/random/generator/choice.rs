//! Conditions, lists, and what is asked of the store.

use super::Generator;
use super::world::Ty;

impl Generator {
    /// A condition.
    pub(super) fn condition(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.below(3) {
                0 => self.leaf(&Ty::Bool),
                1 => self.presence(),
                _ => format!("{} == {}", self.leaf(&Ty::Int), self.literal(&Ty::Int)),
            };
        }
        let depth = depth - 1;
        match self.below(16) {
            0..=2 => {
                let ty = [Ty::Int, Ty::Dec, Ty::Date, Ty::DateTime][self.below(4)].clone();
                let operator = self.of(&["==", "!=", "<", "<=", ">", ">="]);
                format!("({} {operator} {})", self.total(&ty, depth), self.total(&ty, depth))
            }
            3 | 4 => {
                let ty = [Ty::Text, Ty::Word, Ty::Bool][self.below(3)].clone();
                let operator = self.of(&["==", "!="]);
                format!("({} {operator} {})", self.total(&ty, depth), self.total(&ty, depth))
            }
            5 => format!("({} and {})", self.condition(depth), self.condition(depth)),
            6 => format!("({} or {})", self.condition(depth), self.condition(depth)),
            7 => format!("(not {})", self.condition(depth)),
            8 => format!(
                "({} in [{}, {}])",
                self.total(&Ty::Text, depth),
                self.literal(&Ty::Text),
                self.literal(&Ty::Text)
            ),
            9 => format!(
                "({} in [{}, {}])",
                self.total(&Ty::Int, depth),
                self.literal(&Ty::Int),
                self.total(&Ty::Int, depth)
            ),
            10 => self.presence(),
            11 => format!(
                "({} | contains({}))",
                self.total(&Ty::Text, depth),
                self.total(&Ty::Text, depth)
            ),
            12 => format!(
                "({} | matches({}))",
                self.total(&Ty::Text, depth),
                self.of(&["'*a*'", "'?'", "'M-*'", "''"])
            ),
            13 => {
                let ty = self.element_type();
                let (list, predicate) = (self.list(&ty, depth), self.predicate(&ty, depth));
                format!("({list} | {}({predicate}))", self.of(&["any", "all"]))
            }
            14 if self.scope.lookups => self.key_step("Group", "bound"),
            14 => format!("({} | not)", self.leaf(&Ty::Bool)),
            _ => format!(
                "is_late({}, {})",
                self.total(&Ty::DateTime, depth),
                self.total(&Ty::Bool, depth)
            ),
        }
    }

    fn presence(&mut self) -> String {
        let path = self.absent();
        format!("({path} is {})", self.of(&["present", "absent", "null", "missing"]))
    }

    /// A path that may be absent.
    pub(super) fn absent(&mut self) -> String {
        let absent = self
            .scope
            .known
            .iter()
            .filter(|known| known.absent)
            .map(|known| known.path.clone());
        let absent: Vec<String> = absent.collect();
        match absent.is_empty() {
            true => "backend.limit".to_owned(),
            false => absent[self.below(absent.len())].clone(),
        }
    }

    /// Type of elements that lists are made of here.
    pub(super) fn element_type(&mut self) -> Ty {
        [Ty::Text, Ty::Int, Ty::Dec][self.below(3)].clone()
    }

    /// A list of values that are there.
    pub(super) fn list(&mut self, inner: &Ty, depth: usize) -> String {
        if let Ty::Ref(model) = inner {
            return self.refs(model, depth);
        }
        let whole = Ty::List(Box::new(inner.clone()));
        if depth == 0 {
            return match self.present_path(&whole) {
                Some(path) => path,
                None => format!("[{}, {}]", self.leaf(inner), self.leaf(inner)),
            };
        }
        let depth = depth - 1;
        match self.below(10) {
            0..=3 => match self.records() {
                Some((list, record)) => {
                    let item = self.fresh("i");
                    let list = match self.one_in(2) {
                        true => {
                            let predicate = self.in_records(record, depth.min(1));
                            format!("{list} | {}({predicate})", self.of(&["filter", "reject"]))
                        }
                        false => list,
                    };
                    match self.one_in(3) {
                        true => {
                            let value = self.within(&item, record, |generator| generator.maybe(inner, depth));
                            format!("({list} | map({item} => {value}) | compact)")
                        }
                        false => {
                            let value = self.within(&item, record, |generator| generator.total(inner, depth));
                            format!("({list} | map({item} => {value}))")
                        }
                    }
                }
                None => format!("[{}, {}]", self.total(inner, depth), self.total(inner, depth)),
            },
            4 => format!(
                "({} | filter({}))",
                self.list(inner, depth),
                self.predicate(inner, depth)
            ),
            5 => {
                let (list, item) = (self.list(inner, depth), self.fresh("k"));
                let key = self.with(&item, inner.clone(), |generator| {
                    generator.total(&Ty::Int, depth.min(1))
                });
                format!("({list} | sort_by({item} => {key}))")
            }
            6 => format!(
                "({} | drop_first({}))",
                self.list(inner, depth),
                self.of(&["0", "1", "5"])
            ),
            7 => format!("union({}, {})", self.list(inner, depth), self.list(inner, depth)),
            8 if *inner == Ty::Text => format!(
                "({} | {})",
                self.total(&Ty::Text, depth),
                self.of(&["lines", "split(\",\")", "split(\" \")"])
            ),
            8 => {
                let (ty, item) = (self.element_type(), self.fresh("e"));
                let list = self.list(&ty, depth);
                let value = self.with(&item, ty, |generator| generator.total(inner, depth.min(1)));
                format!("({list} | map({item} => {value}))")
            }
            _ => match self.path_of(&Ty::Gaps(Box::new(inner.clone()))) {
                Some(path) => format!("({path} | compact)"),
                None => format!(
                    "([{}, {}] | compact)",
                    self.maybe(inner, depth),
                    self.maybe(inner, depth)
                ),
            },
        }
    }

    /// References of a list: looked up, made, read.
    fn refs(&mut self, model: &str, depth: usize) -> String {
        if !self.scope.lookups || model != "r.tag" {
            return "[]".to_owned();
        }
        let keys = self.path_of(&Ty::List(Box::new(Ty::Key("Tag"))));
        match (self.below(4), keys) {
            (0 | 1, Some(keys)) => format!("({keys} | refs!)"),
            (2, _) => {
                let (texts, item) = (self.list(&Ty::Text, depth), self.fresh("g"));
                format!("({texts} | map({item} => find?(r.tag, name = {item})) | compact)")
            }
            _ => {
                let (texts, item) = (self.list(&Ty::Text, depth), self.fresh("g"));
                format!("({texts} | map({item} => find_or_new(r.tag, name = {item})))")
            }
        }
    }

    /// A list of records that is there, and which.
    pub(super) fn records(&mut self) -> Option<(String, usize)> {
        let lists = self.scope.known.iter().filter_map(|known| match &known.ty {
            Ty::List(inner) if !known.absent => match **inner {
                Ty::Record(record) => Some((known.path.clone(), record)),
                _ => None,
            },
            Ty::Gaps(inner) if !known.absent => match **inner {
                Ty::Record(record) => Some((format!("({} | compact)", known.path), record)),
                _ => None,
            },
            _ => None,
        });
        let lists: Vec<(String, usize)> = lists.collect();
        match lists.is_empty() {
            true => None,
            false => Some(lists[self.below(lists.len())].clone()),
        }
    }

    /// A field of the first record of a list.
    pub(super) fn element(&mut self, usual: &str, depth: usize) -> String {
        match self.records() {
            Some((list, record)) => {
                let predicate = self.in_records(record, depth.min(1));
                let name = self.field_of(record, &Ty::Int).unwrap_or_else(|| "f1".to_owned());
                format!("({list} | find_by?({predicate}))?.{name}")
            }
            None => match self.scope.lookups {
                true => self.loaded(usual, depth),
                false => "null".to_owned(),
            },
        }
    }

    fn field_of(&mut self, record: usize, ty: &Ty) -> Option<String> {
        let fields = &self.record(record).fields;
        let names: Vec<String> = fields
            .iter()
            .filter(|field| field.ty == *ty)
            .map(|field| field.name.clone())
            .collect();
        match names.is_empty() {
            true => None,
            false => Some(names[self.below(names.len())].clone()),
        }
    }

    /// `i => i.f > 0`, of records.
    fn in_records(&mut self, record: usize, depth: usize) -> String {
        let item = self.fresh("p");
        let asks = std::mem::replace(&mut self.scope.lookups, false);
        let condition = self.within(&item, record, |generator| generator.condition(depth));
        self.scope.lookups = asks;
        format!("{item} => {condition}")
    }

    /// The same of values.
    pub(super) fn predicate(&mut self, ty: &Ty, depth: usize) -> String {
        let item = self.fresh("p");
        let asks = std::mem::replace(&mut self.scope.lookups, false);
        let condition = self.with(&item, ty.clone(), |generator| match generator.below(3) {
            0 => format!("{item} == {}", generator.literal(ty)),
            _ => generator.condition(depth.min(1)),
        });
        self.scope.lookups = asks;
        format!("{item} => {condition}")
    }

    /// Makes something where a record is known by a name.
    pub(super) fn within(&mut self, alias: &str, record: usize, make: impl FnOnce(&mut Self) -> String) -> String {
        let before = self.scope.known.len();
        let fields = self.record(record).fields.clone();
        self.scope.add_fields(alias, ".", &fields);
        let made = make(self);
        self.scope.known.truncate(before);
        made
    }

    fn with(&mut self, alias: &str, ty: Ty, make: impl FnOnce(&mut Self) -> String) -> String {
        self.scope.add(alias, ty, false);
        let made = make(self);
        self.scope.known.pop();
        made
    }

    /// A field of a group that is looked up by its key.
    pub(super) fn loaded(&mut self, field: &str, depth: usize) -> String {
        match self.one_in(3) {
            true => format!("({} | load?)?.{field}", self.found(depth)),
            false => format!("{}?.{field}", self.key_step("Group", "load?")),
        }
    }

    /// A group that is found by its code, or led to by a key.
    pub(super) fn found(&mut self, depth: usize) -> String {
        match self.below(4) {
            0 => self.key_step("Group", "ref?"),
            1 => format!(
                "({} | find(r.group, code = _) catch null)",
                self.total(&Ty::Text, depth)
            ),
            2 => format!("find?(r.group, code = {})", self.total(&Ty::Text, depth)),
            _ => format!("({} | find?(r.group, code = fold(_)))", self.maybe(&Ty::Text, depth)),
        }
    }

    /// A key, and what is asked for it.
    pub(super) fn key_step(&mut self, external: &'static str, step: &str) -> String {
        match self.path_of(&Ty::Key(external)) {
            Some(path) => format!("({path} | {step})"),
            None => "null".to_owned(),
        }
    }
}
