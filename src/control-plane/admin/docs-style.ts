// The stylesheet of the documentation page: readable in light and in dark, on paper and on a telephone.

export const DOCS_STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); --soft: color-mix(in srgb, currentColor 6%, transparent) }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 56rem; margin: 0 auto; padding: 2rem 1.25rem 6rem }
h1 { font-size: 1.8rem; margin: 0 0 .25rem } h2 { margin: 3rem 0 .5rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem }
code, pre { font: .9em ui-monospace, monospace } pre, code { background: var(--soft); border-radius: 4px } code { padding: .1em .3em } pre { padding: .75rem; overflow-x: auto }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; padding: .5rem .9rem }
summary { cursor: pointer } summary code { background: none; font-weight: 600 }
table { border-collapse: collapse; width: 100%; font-size: .93em; display: block; overflow-x: auto }
th, td { text-align: left; vertical-align: top; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line) } th { font-weight: 600 }
.method { display: inline-block; min-width: 3.6rem; font-weight: 700 } .soft { opacity: .7 } h3 { font-size: 1rem; margin: 1rem 0 .25rem }
a { color: inherit } :focus-visible { outline: 2px solid; outline-offset: 2px }
@media print { details { break-inside: avoid } }
`
