//! `os dev`: what an author does all day, and what they see of it.

use crate::world::{Ran, World};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

/// How long anything may take that a test waits for.
const LIMIT: Duration = Duration::from_secs(30);

const OBJECT: &str = "src/objects/shop_item.object.ts";
const CONFIG: &str = "objectstack.config.ts";

/// A running `os dev` in a new project called `shop`; killed when dropped.
struct Dev {
    child: Child,
    events: Receiver<Value>,
    url: String,
    project: PathBuf,
}

impl Dev {
    /// Starts it, and waits until it serves.
    fn start(world: &World) -> Self {
        world.os("init shop").ok();
        Self::again(world)
    }

    fn again(world: &World) -> Self {
        let mut command = world.command("dev shop --port 0 --json");
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (sender, events) = mpsc::channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let event = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
                let _ = sender.send(event);
            }
        });
        let mut dev = Self { child, events, url: String::new(), project: world.path("shop") };
        dev.url = dev.event("ready")["url"].as_str().unwrap().to_owned();
        dev
    }

    /// The next event of this name; those before it are passed over.
    fn event(&self, name: &str) -> Value {
        let mut before = Vec::new();
        loop {
            match self.events.recv_timeout(LIMIT) {
                Ok(event) if event["event"] == name => return event,
                Ok(event) => before.push(event),
                Err(error) => panic!("no `{name}` ({error}) after {before:#?}"),
            }
        }
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.project.join(file)).unwrap()
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.project.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Replaces a part of a file, as an author does.
    fn edit(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert!(text.contains(from), "{file} has no {from}: {text}");
        self.write(file, &text.replacen(from, to, 1));
    }

    fn sign_in(&self, world: &World) {
        let account = "--email admin@objectos.ai --password admin123";
        world.os(&format!("login --url {} {account}", self.url)).ok();
    }

    fn get(&self, path: &str, host: &str) -> TcpStream {
        let address = self.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let close = "Connection: close";
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\n{close}\r\n\r\n").unwrap();
        stream
    }

    fn page(&self, path: &str, host: &str) -> String {
        let mut text = String::new();
        self.get(path, host).read_to_string(&mut text).unwrap();
        text
    }

    /// The states that a browser receives.
    fn states(&self) -> impl Iterator<Item = Value> + use<> {
        let lines = BufReader::new(self.get("/dev/events", "localhost")).lines();
        lines.map(Result::unwrap).filter_map(|line| {
            line.strip_prefix("data:").map(|state| serde_json::from_str(state).unwrap())
        })
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn fields(ran: &Ran) -> String {
    let item = ran.json();
    let fields = item["item"]["fields"].as_object().or(item["fields"].as_object());
    fields.unwrap_or_else(|| panic!("{ran:?}")).keys().cloned().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_change_is_live_at_once_and_a_mistake_changes_nothing() {
    let world = World::new();
    let dev = Dev::start(&world);
    dev.sign_in(&world);
    world.os(r#"data create shop_item {"name":"Lamp"}"#).ok();
    let mut states = dev.states();
    let first = states.next().unwrap();
    assert_eq!(first["problems"].as_array().unwrap().len(), 0);

    // A field more: over HTTP at once, with every record still there.
    dev.edit(OBJECT, "    status:", "    colour: Field.text({ label: 'Colour' }),\n    status:");
    let live = dev.event("live");
    assert_eq!(live["files"][0], OBJECT);
    assert_eq!(live["changes"][0]["name"], "shop_item");
    assert!(live["compileMs"].is_number() && live["installMs"].is_number(), "{live}");
    let second = states.next().unwrap();
    assert_ne!(second["live"], first["live"], "pages load again");
    assert!(fields(&world.os("meta get object shop_item --json").ok()).contains("colour"));
    let record = r#"data create shop_item {"name":"Chair","colour":"red"}"#;
    world.os(record).ok();

    // A mistake is reported with its line, here and in the browser; the live version keeps running.
    dev.edit(OBJECT, "label: 'Colour' })", "label: 'Colour' }");
    let broken = dev.event("broken");
    assert_eq!(broken["errors"][0]["place"]["file"], OBJECT);
    let state = states.next().unwrap();
    assert_eq!(state["problems"], broken["errors"]);
    assert_eq!(state["live"], second["live"]);
    assert_eq!(state["running"], true);
    assert!(fields(&world.os("meta get object shop_item --json").ok()).contains("colour"));

    // Mended by an editor that writes beside and renames; the field has another name now.
    let text = dev.read(OBJECT).replace("label: 'Colour' }", "label: 'Shade' })");
    let text = text.replace("colour:", "shade:");
    dev.write("src/objects/.shop_item.tmp", &text);
    let project = &dev.project;
    std::fs::rename(project.join("src/objects/.shop_item.tmp"), project.join(OBJECT)).unwrap();
    let live = dev.event("live");
    assert_eq!(live["kept"][0]["field"], "colour", "the values stay: {live}");
    assert_eq!(states.next().unwrap()["problems"].as_array().unwrap().len(), 0);
    let all = world.os("data query shop_item --json").ok().json();
    assert_eq!(all["records"].as_array().unwrap().len(), 2, "{all}");
}

#[test]
fn seeds_arrive_when_they_are_new_or_change_and_only_then() {
    let world = World::new();
    let dev = Dev::start(&world);
    dev.sign_in(&world);
    let seed = |records: &str| {
        let head = "import { defineSeed } from '@objectstack/spec/data';\n";
        let seed = format!("defineSeed('shop_item', {{ records: [{records}] }})");
        dev.write("src/data/index.ts", &format!("{head}export const data = [{seed}];\n"));
    };
    seed("{ name: 'Lamp' }, { name: 'Chair' }");
    let import = "import { defineStack } from '@objectstack/spec';";
    dev.edit(CONFIG, import, &format!("{import}\nimport {{ data }} from './src/data';"));
    dev.edit(CONFIG, "  objects:", "  data,\n  objects:");
    assert_eq!(dev.event("live")["seeded"]["inserted"], 2);
    let query = "data query shop_item --json";
    let records = world.os(query).ok().json();
    let lamp = records["records"].as_array().unwrap().iter().find(|it| it["name"] == "Lamp");
    let id = lamp.unwrap()["id"].as_str().unwrap().to_owned();
    world.os(&format!(r#"data update shop_item {id} {{"description":"mine"}}"#)).ok();

    seed("{ name: 'Lamp' }, { name: 'Table' }");
    let live = dev.event("live");
    assert_eq!(live["seeded"]["inserted"], 1, "{live}");
    assert_eq!(live["seeded"]["updated"], 0, "a seed that is the same leaves the record alone");
    assert_eq!(live["seedsGone"], 1);
    let names = world.os(query).ok().json()["records"].as_array().unwrap().len();
    assert_eq!(names, 3, "what is no seed any more stays a record");

    seed("{ name: 'Lamp', description: 'theirs' }, { name: 'Table' }");
    assert_eq!(dev.event("live")["seeded"]["updated"], 1);
    let lamp = world.os(&format!("data get shop_item {id} --json")).ok();
    assert!(lamp.stdout.contains("theirs"), "{lamp:?}");

    // What could not be loaded is tried again until it can be.
    dev.edit(OBJECT, "    status:", "    parent: Field.lookup('shop_item'),\n    status:");
    dev.event("live");
    seed("{ name: 'Shelf', parent: 'Wall' }");
    assert_eq!(dev.event("live")["seeded"]["droppedRefs"], 1);
    seed("{ name: 'Shelf', parent: 'Wall' }, { name: 'Wall' }");
    let live = dev.event("live");
    let resolved = &live["seeded"]["datasets"][0]["referencesResolved"];
    assert_eq!(resolved, 1, "the shelf has its wall now: {live}");
    seed("{ name: 'Wall' }, { name: 'Shelf', parent: 'Wall' }");
    assert!(dev.event("live")["seeded"].is_null(), "and is left alone from then on");
}

#[test]
fn a_refused_change_is_applied_once_it_can_be() {
    let world = World::new();
    let dev = Dev::start(&world);
    dev.sign_in(&world);
    let needs = "dependencies: { 'com.example.depot': '^1.0.0' },";
    dev.edit(CONFIG, "    // The protocol", &format!("    {needs}\n    // The protocol"));
    let broken = dev.event("broken");
    assert_eq!(broken["errors"][0]["place"]["file"], CONFIG, "{broken}");
    assert!(broken["errors"][0]["message"].as_str().unwrap().contains("com.example.depot"));
    // It is installed from its folder, and the project comes to life by itself.
    std::fs::create_dir(world.path("empty")).unwrap();
    let none = world.os(&format!("package install empty --runtime {}", dev.url));
    assert!(none.exit == 1 && none.stderr.contains("empty is not a project"), "{none:?}");
    world.os("init depot").ok();
    dev_version(&world, "depot/objectstack.config.ts");
    world.os(&format!("package install depot --runtime {}", dev.url)).ok();
    assert_eq!(dev.event("live")["package"], "com.example.shop");
    // Under another id it is the same project: the old one gives way.
    dev.edit(CONFIG, "com.example.shop", "com.example.store");
    let live = dev.event("live");
    assert_eq!(live["replaced"][0], "com.example.shop");
    let installed = world.os(&format!("package list --runtime {} --json", dev.url)).ok();
    assert!(!installed.stdout.contains("com.example.shop"), "{installed:?}");
}

/// The version that a dependency asks for.
fn dev_version(world: &World, config: &str) {
    let path = world.path(config);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(path, text.replace("0.1.0", "1.2.0")).unwrap();
}

#[test]
fn pages_follow_the_project_under_the_names_of_this_machine_alone() {
    let world = World::new();
    let dev = Dev::start(&world);
    let page = dev.page("/sign-in", "localhost");
    assert!(page.contains("<script src=\"/dev/page.js\" data-live="), "{page}");
    assert!(page.contains("default-src 'self'"), "the policy is as it was: {page}");
    assert!(dev.page("/dev/page.js", "localhost").contains("text/javascript"));
    for path in ["/sign-in", "/dev/events", "/api/v1/health"] {
        let refused = dev.page(path, "evil.test");
        assert!(refused.starts_with("HTTP/1.1 403"), "{path}: {refused}");
    }
    // Nothing of it is in `os serve`.
    let other = World::new();
    let serve = other.serve();
    let mut stream = TcpStream::connect(serve.url.strip_prefix("http://").unwrap()).unwrap();
    let close = "Connection: close";
    write!(stream, "GET /dev/events HTTP/1.1\r\nHost: localhost\r\n{close}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
}

#[test]
fn a_project_has_one_and_it_stops_when_asked() {
    let world = World::new();
    let mut dev = Dev::start(&world);
    let second = world.os("dev shop --port 0");
    assert_eq!(second.exit, 1, "{second:?}");
    assert!(second.stderr.contains("is in use by another server (process"), "{second:?}");
    // A browser that listens keeps nobody from stopping.
    let mut states = dev.states();
    states.next().unwrap();
    let pid = dev.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert!(states.next().is_none());
    assert_eq!(dev.child.wait().unwrap().code(), Some(0));
    // What was live is live again, also when the project does not compile any more.
    dev.edit(CONFIG, "export default", "export defauld");
    let again = Dev::again(&world);
    again.sign_in(&world);
    world.os("meta get object shop_item").ok();
}
