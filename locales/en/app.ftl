# app
verbatim = { $words }
