//! All mistakes of a file at once: each behind a question whether it is to be made, so that one build has them all.
//!
//! What is made wrong is what such tools usually make wrong: comparisons, arithmetic, `&&` and `||`, `!`, guards of a `match`,
//! `min` and `max`, and whole functions that answer something plain (after cargo-mutants; the idea of one build with all of
//! them is "mutant schemata", Untch, Offutt and Harrold 1993).

use std::collections::BTreeSet;

use proc_macro2::Span;
use quote::quote;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, BinOp, Block, Expr, ExprBinary, Ident, ReturnType, Signature, Type, parse_quote};

/// A mistake that can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mutant {
    /// What it is asked for by; from 1, over all files.
    pub(crate) id: u32,
    pub(crate) line: usize,
    /// What becomes what.
    pub(crate) change: String,
}

/// The file with all its mistakes, what they are, and the last id. The first gets the id after `last`; those of `without` are not
/// made, and keep theirs.
///
/// # Errors
///
/// What is wrong with the file.
pub(crate) fn rewrite(source: &str, last: u32, without: &BTreeSet<u32>) -> syn::Result<(String, Vec<Mutant>, u32)> {
    let mut file = syn::parse_file(source)?;
    let mut rewriter = Rewriter { last, without, mutants: Vec::new() };
    rewriter.visit_file_mut(&mut file);
    let (mut mutants, last) = (rewriter.mutants, rewriter.last);
    mutants.retain(|mutant| !without.contains(&mutant.id));
    Ok((prettyplease::unparse(&file), mutants, last))
}

struct Rewriter<'a> {
    last: u32,
    without: &'a BTreeSet<u32>,
    mutants: Vec<Mutant>,
}

impl Rewriter<'_> {
    /// The question whether this mistake is to be made; `None` where it cannot be. Ids do not depend on what is left out.
    fn mutant(&mut self, span: Span, change: String) -> Option<Expr> {
        self.last += 1;
        let id = self.last;
        self.mutants.push(Mutant { id, line: span.start().line, change });
        (!self.without.contains(&id)).then(|| parse_quote!(crate::mutant(#id)))
    }

    /// `right`, or one of the `wrong` where that is asked for.
    fn either(&mut self, span: Span, right: Expr, wrong: Vec<(String, Expr)>) -> Expr {
        wrong.into_iter().rev().fold(right, |right, (change, wrong)| match self.mutant(span, change) {
            Some(asked) => parse_quote!((if #asked { #wrong } else { #right })),
            None => right,
        })
    }

    /// Begins a function with what it may answer instead of what it should.
    fn body(&mut self, signature: &Signature, block: &mut Block) {
        if signature.constness.is_some() || signature.ident == "fmt" {
            return;
        }
        for answer in plain_answers(&signature.output).into_iter().rev() {
            let change = format!("{} answers {}", signature.ident, quote!(#answer));
            if let Some(asked) = self.mutant(signature.ident.span(), change) {
                block.stmts.insert(0, parse_quote!(if #asked { return #answer; }));
            }
        }
    }
}

impl VisitMut for Rewriter<'_> {
    fn visit_item_mod_mut(&mut self, module: &mut syn::ItemMod) {
        if !is_test(&module.attrs) {
            visit_mut::visit_item_mod_mut(self, module);
        }
    }

    fn visit_item_fn_mut(&mut self, function: &mut syn::ItemFn) {
        if is_test(&function.attrs) || function.sig.constness.is_some() {
            return;
        }
        visit_mut::visit_item_fn_mut(self, function);
        self.body(&function.sig, &mut function.block);
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut syn::ImplItemFn) {
        if function.sig.constness.is_some() {
            return;
        }
        visit_mut::visit_impl_item_fn_mut(self, function);
        self.body(&function.sig, &mut function.block);
    }

    // These are made when the program is built, where nothing can be asked.
    fn visit_item_const_mut(&mut self, _: &mut syn::ItemConst) {}
    fn visit_impl_item_const_mut(&mut self, _: &mut syn::ImplItemConst) {}
    fn visit_item_static_mut(&mut self, _: &mut syn::ItemStatic) {}
    fn visit_expr_const_mut(&mut self, _: &mut syn::ExprConst) {}
    fn visit_type_mut(&mut self, _: &mut Type) {}
    fn visit_pat_mut(&mut self, _: &mut syn::Pat) {}

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        let span = arm.guard.as_ref().map_or_else(Span::call_site, |(_, guard)| guard.span());
        visit_mut::visit_arm_mut(self, arm);
        let Some((_, guard)) = &mut arm.guard else { return };
        if has_let(guard) {
            return;
        }
        let right = (**guard).clone();
        let always = ["the guard holds", "the guard does not hold"];
        let wrong = always.map(String::from).into_iter().zip([parse_quote!(true), parse_quote!(false)]);
        **guard = self.either(span, right, wrong.collect());
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        // Before its parts are rewritten, for what is new has no place.
        let span = expression.span();
        visit_mut::visit_expr_mut(self, expression);
        let wrong = match &*expression {
            Expr::Binary(binary) => wrong_operators(binary),
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Not(_)) => {
                vec![("! is left out".to_owned(), (*unary.expr).clone())]
            }
            Expr::MethodCall(call) => match call.method.to_string().as_str() {
                "min" if call.args.len() == 1 => vec![renamed(call, "max")],
                "max" if call.args.len() == 1 => vec![renamed(call, "min")],
                _ => return,
            },
            _ => return,
        };
        let right = expression.clone();
        *expression = self.either(span, right, wrong);
    }
}

fn wrong_operators(binary: &ExprBinary) -> Vec<(String, Expr)> {
    let instead: &[BinOp] = &match binary.op {
        BinOp::Eq(_) => vec![parse_quote!(!=)],
        BinOp::Ne(_) => vec![parse_quote!(==)],
        BinOp::Lt(_) => vec![parse_quote!(<=), parse_quote!(>=)],
        BinOp::Le(_) => vec![parse_quote!(<), parse_quote!(>)],
        BinOp::Gt(_) => vec![parse_quote!(>=), parse_quote!(<=)],
        BinOp::Ge(_) => vec![parse_quote!(>), parse_quote!(<)],
        BinOp::Add(_) => vec![parse_quote!(-)],
        BinOp::Sub(_) => vec![parse_quote!(+)],
        BinOp::Mul(_) => vec![parse_quote!(/)],
        BinOp::Div(_) => vec![parse_quote!(*)],
        BinOp::And(_) if !has_let(&binary.left) && !has_let(&binary.right) => vec![parse_quote!(||)],
        BinOp::Or(_) => vec![parse_quote!(&&)],
        _ => Vec::new(),
    };
    let (left, right, was) = (&binary.left, &binary.right, &binary.op);
    // In brackets of their own: an operator that binds less would take what it should not.
    let changed = instead
        .iter()
        .map(|op| (format!("{} becomes {}", quote!(#was), quote!(#op)), parse_quote!((#left) #op (#right))));
    changed.collect()
}

fn renamed(call: &syn::ExprMethodCall, name: &str) -> (String, Expr) {
    let mut other = call.clone();
    other.method = Ident::new(name, call.method.span());
    (format!("{} becomes {name}", call.method), Expr::MethodCall(other))
}

/// Whether it is, or joins, a `let`, which may stand nowhere else.
fn has_let(expression: &Expr) -> bool {
    match expression {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        _ => false,
    }
}

/// What a function of this type may answer without looking at anything.
fn plain_answers(output: &ReturnType) -> Vec<Expr> {
    let ReturnType::Type(_, answer) = output else { return vec![parse_quote!(())] };
    let Type::Path(path) = &**answer else { return Vec::new() };
    let name = path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
    match name.as_str() {
        "bool" => vec![parse_quote!(true), parse_quote!(false)],
        "Option" => vec![parse_quote!(None)],
        "Vec" => vec![parse_quote!(Vec::new())],
        "u8" | "u16" | "u32" | "u64" | "usize" | "i32" | "i64" => vec![parse_quote!(0), parse_quote!(1)],
        "Duration" => vec![parse_quote!(std::time::Duration::ZERO)],
        "TimeDelta" => vec![parse_quote!(chrono::TimeDelta::zero())],
        _ => Vec::new(),
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let text = quote!(#attribute).to_string();
        text.contains("cfg (test)") || text.contains("test]") || text.contains("cfg (doctest)")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(source: &str) -> Vec<String> {
        rewrite(source, 0, &BTreeSet::new()).unwrap().1.into_iter().map(|mutant| mutant.change).collect()
    }

    #[test]
    fn each_mistake_is_made_where_it_is_asked_for() {
        let source = "fn f(a: i8, b: i8) -> i8 { a - b }";
        let (text, mutants, _) = rewrite(source, 6, &BTreeSet::new()).unwrap();
        assert_eq!(mutants, [Mutant { id: 7, line: 1, change: "- becomes +".to_owned() }]);
        let flat: String = text.split_whitespace().collect();
        assert!(flat.contains("ifcrate::mutant(7u32){(a)+(b)}else{a-b}"), "{text}");
    }

    #[test]
    fn ids_stay_where_some_are_left_out() {
        let source = "fn f(a: i8, b: i8) -> bool { a < b }";
        let (text, mutants, last) = rewrite(source, 0, &BTreeSet::from([4])).unwrap();
        assert_eq!(last, 4);
        assert_eq!(mutants.iter().map(|mutant| mutant.id).collect::<Vec<_>>(), [1, 2, 3]);
        assert!(!text.contains("mutant(4u32)") && text.contains("mutant(3u32)"), "{text}");
    }

    #[test]
    fn what_can_go_wrong_does() {
        assert_eq!(changes("fn f(a: A) -> A { if a.b() || !c { a.min(d) } else { a } }").len(), 3);
        assert_eq!(changes("fn f(a: i8) -> A { match a { 1 if g(a) => b, _ => c } }").len(), 2);
        assert_eq!(changes("fn f() -> Option<i8> { Some(1) }"), ["f answers None"]);
        assert_eq!(changes("fn f() { g() }"), ["f answers ()"]);
    }

    #[test]
    fn what_cannot_be_asked_or_is_a_test_stays() {
        assert!(changes("const A: u8 = 1 + 1; const fn f() -> u8 { 2 * 2 }").is_empty());
        assert!(changes("#[cfg(test)] mod tests { fn f(a: u8) -> bool { a < 1 } }").is_empty());
        assert_eq!(changes("fn f(a: Option<u8>) -> A { if let Some(a) = a && a > b { c } else { d } }").len(), 2);
    }
}
