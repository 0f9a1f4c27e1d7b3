//! Which function of a file a call means, and what stands for what in it.

use std::collections::{HashMap, HashSet};

use crate::facts::Facts;
use crate::facts::code::{Action, Call, Expression, FILE, Function};

/// Methods that make objects.
const CONSTRUCTORS: &[&str] = &["__init__", "constructor"];

/// The functions of a file by their names, classes, and what is an instance of which.
pub(in crate::audit) struct Names<'t> {
    facts: &'t Facts,
    text: &'t str,
    functions: HashMap<&'t str, Vec<u32>>,
    classes: HashSet<&'t str>,
    instances: HashMap<&'t str, &'t str>,
    /// What is called for what a name is given.
    makers: HashMap<&'t str, &'t str>,
    /// Names that the file itself gives a value.
    shared: HashSet<&'t str>,
}

impl<'t> Names<'t> {
    pub(super) fn new(facts: &'t Facts, text: &'t str) -> Self {
        let mut names = Self {
            facts,
            text,
            functions: HashMap::new(),
            classes: HashSet::new(),
            instances: HashMap::new(),
            makers: HashMap::new(),
            shared: HashSet::new(),
        };
        for (number, function) in facts.functions.iter().enumerate().skip(1) {
            let known = names.functions.entry(&function.name).or_default();
            known.push(number as u32);
            names
                .classes
                .extend(function.name.rsplit_once('.').map(|(class, _)| class));
        }
        for step in &facts.steps {
            let Action::Bind { target, value } = &step.action else {
                continue;
            };
            let name = target.dotted(text);
            if step.function == FILE {
                names.shared.insert(name);
            }
            if let Expression::Call(number) = value {
                let made = facts.calls[*number as usize].callee.dotted(text);
                names.makers.insert(name, made);
                if names.classes.contains(made) {
                    names.instances.insert(name, made);
                }
            }
        }
        names
    }

    /// Whether a name is one of the file.
    pub(in crate::audit) fn is_shared(&self, name: &str) -> bool {
        self.shared.contains(name)
    }

    /// What is called for what a name is given: of `x = new Client()` the class.
    pub(super) fn maker(&self, name: &str) -> Option<&'t str> {
        self.makers.get(name).copied()
    }

    /// The class of the file that a name holds an object of.
    pub(super) fn instance(&self, name: &str) -> Option<&'t str> {
        self.instances.get(name).copied()
    }

    /// Whether a function makes the objects of its class.
    pub(super) fn constructs(&self, function: u32) -> bool {
        let name = &self.function(function).name;
        let method = name.rsplit_once('.').map(|(_, method)| method);
        method.is_some_and(|method| CONSTRUCTORS.contains(&method))
    }

    /// The function that is called, if it is one of the file.
    pub(in crate::audit) fn called(&self, call: &'t Call) -> Option<u32> {
        let callee = call.callee.dotted(self.text);
        if let Some(receiver) = &call.receiver {
            let Expression::Call(number) = receiver else {
                return None;
            };
            let class = self.facts.calls[*number as usize].callee.dotted(self.text);
            return self.method(class, callee);
        }
        let Some((owner, method)) = callee.rsplit_once('.') else {
            return self.bare(callee, call.function).or_else(|| {
                CONSTRUCTORS
                    .iter()
                    .find_map(|made| self.method(callee, made))
            });
        };
        match owner {
            "self" | "this" | "cls" => {
                let own = self.class(call.function);
                own.and_then(|class| self.method(class, method))
                    .or_else(|| self.only(method))
            }
            _ => {
                let class = self.instances.get(owner).copied().unwrap_or(owner);
                self.method(class, method)
            }
        }
    }

    /// The class of the function, or of one around it.
    pub(super) fn class(&self, function: u32) -> Option<&'t str> {
        let mut function = function;
        while function != FILE {
            let here = self.facts.functions.get(function as usize)?;
            if let Some((class, _)) = here.name.rsplit_once('.') {
                return Some(class);
            }
            function = here.within;
        }
        None
    }

    fn method(&self, class: &str, method: &str) -> Option<u32> {
        self.classes.contains(class).then_some(())?;
        let all = self.functions.get(&*format!("{class}.{method}"))?;
        all.last().copied()
    }

    /// The one method of this name: it is inherited.
    fn only(&self, method: &str) -> Option<u32> {
        let mut all = self.functions.iter().filter(|(name, _)| {
            name.rsplit_once('.')
                .is_some_and(|(_, last)| last == method)
        });
        let (_, numbers) = all.next()?;
        all.next().is_none().then(|| numbers.last().copied())?
    }

    /// The function of this name that is nearest around the caller.
    fn bare(&self, name: &str, caller: u32) -> Option<u32> {
        let all = self.functions.get(name)?;
        let mut around = caller;
        loop {
            let here = all
                .iter()
                .rev()
                .find(|n| self.function(**n).within == around);
            match here {
                Some(number) => return Some(*number),
                None if around == FILE => return None,
                None => around = self.function(around).within,
            }
        }
    }

    fn function(&self, number: u32) -> &'t Function {
        &self.facts.functions[number as usize]
    }
}
