//! The adapter under test, its connector written by hand, and its answers as text.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use rust_decimal::Decimal;
use tenon_runtime::adapter::{Adapter, AdapterError, Argument, Call, Options, Payload, connect};
use tenon_runtime::connector::{AnswerItems, Connector, ExternalType, Operation, Protocol, Request, Setting, Template};
use tenon_runtime::shape::{Field, KeyKind, Kind, Shape, Wire};
use tenon_runtime::value::{Key, Val};

use super::{FakeShop, KEY, USER};

/// How a client differs from an ordinary one.
#[derive(Clone, Debug)]
pub struct Tuning {
    /// `http://..`
    pub url: String,
    /// Who logs in.
    pub user: String,
    /// With which key.
    pub key: String,
    /// For a whole exchange.
    pub timeout: Duration,
    /// In bytes.
    pub body_limit: u64,
    /// Calls per milliseconds.
    pub limits: &'static [(u32, u64)],
    /// `xml_rpc`
    pub protocol: &'static str,
    /// `login`
    pub auth: &'static str,
}

impl Tuning {
    /// One that the shop lets in.
    pub fn of(shop: &FakeShop) -> Self {
        Self::at(shop.url(), USER, KEY)
    }

    /// One for any address.
    pub fn at(url: &str, user: &str, key: &str) -> Self {
        Self {
            url: url.to_owned(),
            user: user.to_owned(),
            key: key.to_owned(),
            timeout: Duration::from_secs(20),
            body_limit: 1024 * 1024,
            limits: &[],
            protocol: "xml_rpc",
            auth: "login",
        }
    }
}

/// Asks a shop. Clones share the session.
#[derive(Clone, Debug)]
pub struct Client {
    adapter: Arc<dyn Adapter>,
}

impl Client {
    /// One that the shop lets in.
    pub fn of(shop: &FakeShop) -> Self {
        Self::tuned(&Tuning::of(shop)).unwrap()
    }

    /// Any other; or why there is none.
    pub fn tuned(tuning: &Tuning) -> Result<Self, String> {
        let settings = [&tuning.url, &tuning.user, &tuning.key].map(|text| Val::Text(Cow::Borrowed(text.as_str())));
        let options = Options {
            connect_timeout: tuning.timeout,
            timeout: tuning.timeout,
            body_limit: tuning.body_limit,
        };
        let adapter = connect("shop", connector(tuning), &settings, options).map_err(|error| error.to_string())?;
        Ok(Self { adapter })
    }

    /// `Customer.read`
    pub async fn read(&self, id: &str) -> String {
        self.show(&CUSTOMER_READ, Call::read(&CUSTOMER, Key(id.to_owned())))
            .await
    }

    /// `Customer.list(since)`
    pub async fn list(&self, since: Option<&str>) -> String {
        let since = since.map_or(Argument::Absent, |since| Argument::Text(since.to_owned()));
        self.show(&CUSTOMER_LIST, Call::list(&CUSTOMER, vec![since])).await
    }

    /// `Address.list(customer_id)`
    pub async fn addresses(&self, customer: i64) -> String {
        self.show(&ADDRESS_LIST, Call::list(&CUSTOMER, vec![Argument::Int(customer)]))
            .await
    }

    /// `Customer.page`, whose list is in the field `rows`.
    pub async fn page(&self) -> String {
        self.page_with(AnswerItems::Field("rows")).await
    }

    /// `Customer.page` with the records taken out of its answer in one of the ways there are.
    pub async fn page_with(&self, items: AnswerItems) -> String {
        let operation: &'static Operation = Box::leak(Box::new(Operation {
            items: Some(items),
            ..PAGE
        }));
        self.show(operation, Call::list(&CUSTOMER, Vec::new())).await
    }

    /// `Customer.everything(a, b)`: every kind of template; the arguments are left out where they are absent.
    pub async fn everything(&self, args: Vec<Argument>) -> String {
        let call = Call {
            external: &LINK,
            id: Some(Key(String::from(r#"["7","left"]"#))),
            args,
            sent: None,
            once: None,
        };
        self.show(&EVERYTHING, call).await
    }

    /// `Customer.read` without a key.
    pub async fn read_nothing(&self) -> String {
        self.show(&CUSTOMER_READ, Call::list(&CUSTOMER, Vec::new())).await
    }

    /// An operation of another protocol.
    pub async fn get(&self) -> String {
        self.show(&GET, Call::list(&CUSTOMER, Vec::new())).await
    }

    /// Any recorded method with arguments that are written out.
    pub async fn raw(&self, method: &'static str, args: &serde_json::Value) -> String {
        let operation: &'static Operation = Box::leak(Box::new(Operation {
            name: "raw",
            params: &["one", "two", "three", "four", "five"],
            request: Request::Call {
                method,
                args: &[
                    Template::Param(0),
                    Template::Param(1),
                    Template::Param(2),
                    Template::Param(3),
                    Template::Param(4),
                ],
            },
            items: None,
            once: None,
            returns: None,
            languages: None,
            place: "",
        }));
        let args = args.as_array().unwrap().iter().map(argument).collect();
        self.show(operation, Call::list(&CUSTOMER, args)).await
    }

    /// Says goodbye.
    pub async fn close(&self) {
        self.adapter.close().await;
    }

    async fn show(&self, operation: &'static Operation, call: Call) -> String {
        match self.adapter.call(operation, call).await {
            Ok(Payload(json)) => String::from_utf8(json).unwrap(),
            Err(error) => shown(&error),
        }
    }
}

/// An error as people and jobs see it.
fn shown(error: &AdapterError) -> String {
    let again = if error.retryable() { "again later" } else { "not again" };
    format!("{} ({again}): {error}", error.kind())
}

fn argument(value: &serde_json::Value) -> Argument {
    use serde_json::Value;
    match value {
        Value::Null => Argument::Null,
        Value::Bool(flag) => Argument::Bool(*flag),
        Value::Number(number) => match (number.as_i64(), number.to_string().parse::<Decimal>()) {
            (Some(whole), _) => Argument::Int(whole),
            (None, Ok(decimal)) => Argument::Decimal(decimal),
            (None, Err(_)) => Argument::Float(number.as_f64().unwrap()),
        },
        Value::String(text) => Argument::Text(text.clone()),
        Value::Array(items) => Argument::List(items.iter().map(argument).collect()),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.clone(), argument(value)));
            Argument::Record(fields.collect())
        }
    }
}

fn connector(tuning: &Tuning) -> &'static Connector {
    Box::leak(Box::new(Connector {
        name: "magento",
        version: Some("1.7"),
        parent: None,
        serves: None,
        wire: Wire::Php,
        settings: &SETTINGS,
        protocol: Some(Protocol {
            name: tuning.protocol,
            endpoint: Template::Concat(&[Template::Setting(0), Template::Text("/api/xmlrpc")]),
            auth: Some((tuning.auth, &[Template::Setting(1), Template::Setting(2)])),
            limits: tuning.limits,
        }),
    }))
}

const fn setting(name: &'static str) -> Setting {
    Setting {
        name,
        kind: Kind::Text,
        nullable: false,
        default: None,
        sensitive: false,
        place: "",
    }
}

static SETTINGS: [Setting; 3] = [
    setting("url"),
    setting("user"),
    Setting {
        sensitive: true,
        ..setting("key")
    },
];

static CUSTOMER: ExternalType = ExternalType {
    connector: "magento",
    name: "Customer",
    key: &Shape {
        name: "Customer",
        wire: Wire::Php,
        slots: 1,
        fields: &[Field::new("customer_id", Kind::Int, 0)],
    },
    key_parts: 1,
    revision: None,
    sensitive: &[],
    binding: None,
};

static LINK: ExternalType = ExternalType {
    connector: "magento",
    name: "Link",
    key: &Shape {
        name: "Link",
        wire: Wire::Php,
        slots: 2,
        fields: &[
            Field::new("product_id", Kind::Key(KeyKind::Int), 0),
            Field::new("side", Kind::Text, 1),
        ],
    },
    key_parts: 2,
    revision: None,
    sensitive: &[],
    binding: None,
};

static CUSTOMER_READ: Operation = Operation {
    name: "read",
    params: &[],
    request: Request::Call {
        method: "customer.info",
        args: &[Template::Id],
    },
    items: None,
    once: None,
    returns: None,
    languages: None,
    place: "",
};

static CUSTOMER_LIST: Operation = Operation {
    name: "list",
    params: &["since"],
    request: Request::Call {
        method: "customer.list",
        args: &[Template::Object(&[(
            "updated_at",
            Template::Object(&[("from", Template::Param(0))]),
        )])],
    },
    items: None,
    once: None,
    returns: None,
    languages: None,
    place: "",
};

static ADDRESS_LIST: Operation = Operation {
    name: "list",
    params: &["customer_id"],
    request: Request::Call {
        method: "customer_address.list",
        args: &[Template::Object(&[(
            "customer_id",
            Template::Object(&[("eq", Template::Param(0))]),
        )])],
    },
    items: None,
    once: None,
    returns: None,
    languages: None,
    place: "",
};

const PAGE: Operation = Operation {
    name: "page",
    params: &[],
    request: Request::Call {
        method: "shop.page",
        args: &[Template::Object(&[])],
    },
    items: Some(AnswerItems::Field("rows")),
    once: None,
    returns: None,
    languages: None,
    place: "",
};

static GET: Operation = Operation {
    name: "get",
    params: &[],
    request: Request::Http {
        verb: "GET",
        path: Template::Text("/customers"),
    },
    items: None,
    once: None,
    returns: None,
    languages: None,
    place: "",
};

static EVERYTHING: Operation = Operation {
    name: "everything",
    params: &["a", "b"],
    request: Request::Call {
        method: "shop.everything",
        args: &[
            Template::Null,
            Template::Param(0),
            Template::Object(&[
                ("a", Template::Param(0)),
                ("z", Template::Int(-7)),
                ("b", Template::Param(1)),
            ]),
            Template::List(&[Template::Text("é <&>"), Template::Bool(true), Template::Param(0)]),
            Template::Concat(&[Template::Text("no. "), Template::Int(5)]),
            Template::Id,
            Template::Param(1),
        ],
    },
    items: None,
    once: None,
    returns: None,
    languages: None,
    place: "",
};
