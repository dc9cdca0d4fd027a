// Completion for fish, generated from the verbs.
import type { CompletedOption, CompletedVerb } from './completion.js'

/** Calls of `complete`, one a line. */
export const fishCompletion = (verbs: readonly CompletedVerb[]): string => `# Completion of meridian for fish.
# In ~/.config/fish/config.fish: meridian completion fish | source
function __meridian_at
    test (count (commandline -opc)) -eq $argv[1]
end
function __meridian_verb
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test "$words[2]" = $argv[1]
end
function __meridian_names
    set -l words (commandline -opc)
    set -l kind $argv[1]
    test $kind = action; and set kind $words[3]
    $words[1] completion names $kind 2>/dev/null
end
complete -c meridian -e
complete -c meridian -f
${verbs.flatMap(ofVerb).join('\n')}`

function ofVerb({ name, summary, actions, options, names, paths }: CompletedVerb): readonly string[] {
  const behind = `__meridian_verb ${name}${actions.length === 0 ? '' : '; and not __meridian_at 2'}`
  const line = (condition: string, rest: string) => `complete -c meridian -n ${quoted(condition)} ${rest}`
  return [
    line('__meridian_at 1', `-a ${name} -d ${quoted(summary)}`),
    ...(actions.length === 0
      ? []
      : [line(`__meridian_verb ${name}; and __meridian_at 2`, `-a ${quoted(actions.join(' '))}`)]),
    ...(names === undefined ? [] : [line(behind, `-a '(__meridian_names ${names})'`)]),
    ...(paths ? [line(behind, '-F')] : []),
    ...options.map(option => line(`__meridian_verb ${name}`, ofOption(option))),
  ]
}

function ofOption({ name, help, value }: CompletedOption): string {
  const said = `-l ${name} -d ${quoted(help)}`
  switch (value) {
    case undefined:
      return said
    case 'path':
      return `${said} -r -F`
    case 'text':
      return `${said} -x`
    default:
      return `${said} -x -a '(__meridian_names ${value})'`
  }
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
