// The words after a proof's name on the command line: numbers and files with defaults, and --json for a line that programs read.
import { parseArgs } from 'node:util'

// A signal alone would end the process without what is to be done at its exit, and leave servers behind.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

/**
 * Reads `--name N` for each of `numbers` (`{ name: [default, what it is] }`), or `--name FILE` where the default is a text; a third word says what it is in place of FILE. With `--help` it prints and ends the process;
 * with words that make no sense it ends it with 2.
 */
export function readWords(what, file, numbers) {
  const names = Object.entries(numbers)
  const options = Object.fromEntries(names.map(([name]) => [name, { type: 'string' }]))
  try {
    const { values } = parseArgs({ options: { ...options, json: { type: 'boolean' }, help: { type: 'boolean' } } })
    if (values.help) {
      console.log(help(what, file, names))
      process.exit(0)
    }
    const read = ([name, [fallback]]) => {
      const text = values[name] ?? String(fallback)
      return [name, typeof fallback === 'string' ? text : number(name, text)]
    }
    return { json: values.json === true, ...Object.fromEntries(names.map(read)) }
  } catch (error) {
    console.error(error.message)
    process.exit(2)
  }
}

function number(name, text) {
  if (text === '' || !(Number(text) >= 0)) throw new Error(`--${name} is "${text}"; a number from 0 up is expected`)
  return Number(text)
}

function help(what, file, names) {
  const row = (option, meaning) => `${option.padEnd(18)}${meaning}`
  return [
    what,
    '',
    `  node scripts/proofs/${file}`,
    '',
    ...names.map(([name, [fallback, meaning, label = 'FILE']]) =>
      typeof fallback === 'string'
        ? row(`--${name} ${label}`, meaning)
        : row(`--${name} N`, `${meaning} (${fallback})`),
    ),
    row('--json', 'one line of JSON in place of the table'),
    row('--help', 'shows this'),
    '',
    'Exit code: 0 where everything holds, 1 where something does not, 2 where a word makes no sense.',
  ].join('\n')
}
