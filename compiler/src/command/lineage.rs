//! `tenon lineage`: where the value of a field comes from, as text for people, JSON for tools, dot and mermaid for drawings.

use super::{Ended, Output};
use clap::Args;
use std::collections::BTreeSet;
use std::path::PathBuf;
use tenon_compiler::folder::{self, FolderError};
use tenon_compiler::lineage::{Kind, Lineage as Graph, Node, lineage};

/// Arguments of `tenon lineage`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tenon lineage res.partner.lang\n  tenon lineage Board.name --dot | dot -Tsvg > name.svg"
)]
pub(crate) struct Lineage {
    /// A field of a model, or of a record that is sent: `res.partner.lang`
    target: String,
    /// The folder of mapping files, or one file
    #[arg(long = "in", value_name = "PATH", default_value_os_t = folder::usual())]
    path: PathBuf,
    /// One JSON object, for tools
    #[arg(long, group = "form")]
    json: bool,
    /// A graph for Graphviz
    #[arg(long, group = "form")]
    dot: bool,
    /// A graph for Mermaid
    #[arg(long, group = "form")]
    mermaid: bool,
    #[command(flatten)]
    output: Output,
}

/// Prints it.
pub(crate) fn run(arguments: &Lineage) -> Result<Ended, FolderError> {
    let found = folder::read(&arguments.path)?;
    let checked = found.analyze();
    let ended = arguments.output.complain(&checked.reports, &found);
    let Some(program) = &checked.program else {
        return Ok(ended);
    };
    let Some(graph) = lineage(program, &arguments.target) else {
        eprintln!(
            "tenon: no rule writes `{}`; write a field of a model or of a record that is sent: res.partner.lang",
            arguments.target
        );
        return Ok(Ended::Refused);
    };
    if arguments.json {
        println!("{}", json(&graph));
    } else if arguments.dot {
        print!("{}", dot(&graph));
    } else if arguments.mermaid {
        print!("{}", mermaid(&graph));
    } else {
        print!("{}", text(&graph));
    }
    Ok(ended)
}

fn text(graph: &Graph) -> String {
    let mut text = String::new();
    for root in 0..graph.roots {
        text.push_str(&format!(
            "{}: {}\n",
            graph.nodes[root].connector, graph.nodes[root].name
        ));
        let mut shown = BTreeSet::from([root]);
        below(graph, root, 1, &mut shown, &mut text);
    }
    text
}

fn below(graph: &Graph, at: usize, depth: usize, shown: &mut BTreeSet<usize>, text: &mut String) {
    for part in graph.parts(at) {
        let node = &graph.nodes[part];
        let is_new = shown.insert(part);
        let again = if !is_new && graph.parts(part).next().is_some() {
            "  (above)"
        } else {
            ""
        };
        text.push_str(&format!("{}{}{again}\n", "  ".repeat(depth), line(node)));
        if is_new {
            below(graph, part, depth + 1, shown, text);
        }
    }
}

fn line(node: &Node) -> String {
    let place = node
        .place
        .as_ref()
        .map_or_else(String::new, |place| format!("  ({})", place.text()));
    let version = node
        .version
        .as_ref()
        .map_or_else(String::new, |version| format!("{version}, "));
    match (&node.place, node.kind) {
        (Some(place), Kind::Rule) => format!("{}  ({version}{}: {})", place.line(), place.text(), node.name),
        (_, Kind::Source) => format!("{}  source", node.name),
        (_, Kind::Rule | Kind::Field | Kind::Lookup | Kind::Table | Kind::Function | Kind::Setting) => {
            format!("{}{place}", node.name)
        }
    }
}

fn json(graph: &Graph) -> serde_json::Value {
    let nodes = graph.nodes.iter().enumerate().map(|(id, node)| {
        serde_json::json!({
            "id": id,
            "kind": node.kind.word(),
            "name": node.name,
            "connector": node.connector,
            "version": node.version,
            "place": node.place.as_ref().map(|place| place.text().to_string()),
            "line": node.place.as_ref().map(|place| place.line().to_string()),
        })
    });
    let nodes: Vec<serde_json::Value> = nodes.collect();
    let edges = graph
        .edges
        .iter()
        .map(|(from, to)| serde_json::json!({ "from": from, "to": to }));
    let edges: Vec<serde_json::Value> = edges.collect();
    serde_json::json!({ "target": graph.target, "nodes": nodes, "edges": edges })
}

/// What a drawing says of a node.
fn label(node: &Node) -> String {
    match (&node.place, node.kind) {
        (Some(place), Kind::Rule) => format!("{}\n{}", place.line(), place.text()),
        (_, Kind::Field) => format!("{}\n{}", node.name, node.connector),
        (_, Kind::Rule | Kind::Source | Kind::Lookup | Kind::Table | Kind::Function | Kind::Setting) => {
            node.name.clone()
        }
    }
}

fn dot(graph: &Graph) -> String {
    let mut text = "digraph lineage {\n  rankdir=RL;\n  node [shape=box];\n".to_owned();
    for (id, node) in graph.nodes.iter().enumerate() {
        let label = label(node)
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n");
        text.push_str(&format!("  n{id} [label=\"{label}\"];\n"));
    }
    for (from, to) in &graph.edges {
        text.push_str(&format!("  n{from} -> n{to};\n"));
    }
    text.push_str("}\n");
    text
}

fn mermaid(graph: &Graph) -> String {
    let mut text = "graph RL\n".to_owned();
    for (id, node) in graph.nodes.iter().enumerate() {
        let label = label(node).replace('"', "#quot;").replace('\n', "<br/>");
        text.push_str(&format!("  n{id}[\"{label}\"]\n"));
    }
    for (from, to) in &graph.edges {
        text.push_str(&format!("  n{from} --> n{to}\n"));
    }
    text
}
