//! The modules that the engine has received, and those that it waits for.

use super::{Code, Given};
use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{Ctx, Error, Module, Result};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

/// The modules of a graph that is still being built.
#[derive(Clone)]
pub struct Modules(Rc<State>);

struct State {
    given: Receiver<Given>,
    known: RefCell<HashMap<String, Code>>,
    complete: Cell<bool>,
}

impl Modules {
    pub fn new(given: Receiver<Given>) -> Self {
        let (known, complete) = (RefCell::default(), Cell::new(false));
        Self(Rc::new(State { given, known, complete }))
    }

    /// Declares a module and everything it imports.
    pub fn declare<'js>(&self, ctx: &Ctx<'js>, name: &str) -> Result<Module<'js, Declared>> {
        let text = self.text(name).ok_or_else(|| Error::new_loading(name))?;
        Module::declare(ctx.clone(), name, text.as_bytes())
    }

    /// Waits for the last module. Returns whether the graph is valid.
    pub fn are_complete(&self) -> bool {
        while self.await_next() {}
        self.0.complete.get()
    }

    fn text(&self, name: &str) -> Option<Arc<str>> {
        loop {
            if let Some(code) = self.0.known.borrow().get(name) {
                return Some(Arc::clone(&code.text));
            }
            if !self.await_next() {
                return None;
            }
        }
    }

    /// Receives the next module. Returns whether there was one.
    fn await_next(&self) -> bool {
        if self.0.complete.get() {
            return false;
        }
        match self.0.given.recv() {
            Ok(Given::Module(name, code)) => {
                self.0.known.borrow_mut().insert(name, code);
                true
            }
            Ok(Given::Complete) => {
                self.0.complete.set(true);
                false
            }
            // The graph is invalid.
            Err(_) => false,
        }
    }
}

impl Resolver for Modules {
    fn resolve<'js>(
        &mut self,
        _ctx: &Ctx<'js>,
        base: &str,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<String> {
        let known = self.0.known.borrow();
        let links = known.get(base).map(|code| code.links.as_slice()).unwrap_or_default();
        let link = links.iter().find(|(specifier, _)| specifier == name);
        link.map(|(_, target)| target.clone()).ok_or_else(|| Error::new_resolving(base, name))
    }
}

impl Loader for Modules {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<Module<'js, Declared>> {
        self.declare(ctx, name)
    }
}
