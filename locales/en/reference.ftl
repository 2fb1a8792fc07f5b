# What `workshop explain` and the reference say of keys.
reference-text = text
reference-whole = whole number
reference-number = number
reference-truth = `true` or `false`
reference-anything = any value
reference-list = list of { $of }
reference-table = table of names, each with { $of }
reference-either = { $some } or { $last }
reference-required = required
reference-optional = optional
reference-default = `{ $default }` if left out
reference-stands = What stands there: { $shape }.
reference-services = The service, or a list of several.
reference-key = { $name } ({ $shape }; { $need }): { $about }
explain-unknown = nothing in lesson.toml is called "{ $name }"{ $near }; the list: workshop explain
next-explain = one of them explained: workshop explain KIND
