//! Secrets that fields of objects hold.

use super::check;

#[test]
fn fields_that_a_class_declares() {
    check(
        "js",
        "",
        r#"
        class C { token = process.env.API_TOKEN; a() { console.log(this.token); } }     ⇒ this.token > Console
        class C { static key = process.env.API_SECRET; a() { console.log(C.key); } }    ⇒ C.key > Console
        class C { host = process.env.HOST; a() { console.log(this.host); } }            ⇒
        class C { token = process.env.API_TOKEN; host = 'x'; a() { console.log(this.host); } }  ⇒
        class C { token = process.env.API_TOKEN; } class D { a() { console.log(this.token); } } ⇒
        "#,
    );
    check(
        "py",
        "import os\n",
        r#"
        class C:⏎    token = os.environ["API_TOKEN"]⏎    def a(self):⏎        print(self.token)  ⇒ self.token > Output
        class C:⏎    token = os.environ["API_TOKEN"]⏎    def a(self):⏎        print(C.token)     ⇒ C.token > Output
        class C:⏎    host = os.environ["HOST"]⏎    def a(self):⏎        print(self.host)         ⇒
        "#,
    );
}

#[test]
fn fields_that_a_constructor_is_given() {
    check(
        "py",
        "import os\nclass Api:\n    def __init__(self, token, host): self.token = token; self.host = host\n",
        r#"
        a = Api(os.environ["API_TOKEN"], "x")⏎print(a.token)              ⇒ a.token > Output
        a = Api(host="x", token=os.environ["API_TOKEN"])⏎print(a.token)   ⇒ a.token > Output
        a = Api(os.environ["API_TOKEN"], "x")⏎print(a.host)               ⇒
        a = Api("x", "y")⏎print(a.token)                                  ⇒
        "#,
    );
    check(
        "js",
        "class Api { constructor(tok) { this.t = tok; } head() { return `Bearer ${this.t}`; } }\n",
        r#"
        const a = new Api(process.env.API_TOKEN); console.log(a.t);        ⇒ a.t > Console
        const a = new Api(process.env.API_TOKEN); console.log(a.head());   ⇒ a.head() > Console
        const a = new Api(process.env.HOST); console.log(a.t, a.head());   ⇒
        "#,
    );
}
