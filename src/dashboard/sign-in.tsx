// Signing in: the token, once; and once more where a session has ended while somebody was at work.
import { useSignal } from '@preact/signals'
import { leave, sentenceOf, signIn } from './api.js'
import { Sheet } from './sheet.js'

export function SignIn() {
  return (
    <main class="sign-in">
      <h1>Meridian</h1>
      <TokenForm />
      <p class="quiet">
        It was made at the first start; the server’s log names its file, which is <code>admin-token</code> in the state
        directory.
      </p>
    </main>
  )
}

/** Over the page, with all that was written in it. */
export function SignInAgain() {
  return (
    <Sheet title="The session has ended" onClose={leave}>
      <p>What you have written is still there. Sign in to go on; closing this leaves the page.</p>
      <TokenForm />
    </Sheet>
  )
}

function TokenForm() {
  const token = useSignal('')
  const complaint = useSignal('')
  const submit = async (event: Event) => {
    event.preventDefault()
    complaint.value = ''
    try {
      await signIn(token.value.trim())
    } catch (error) {
      complaint.value = sentenceOf(error)
    }
  }
  return (
    <form class="token" onSubmit={submit}>
      <label for="token">Token</label>
      <input
        id="token"
        type="password"
        autocomplete="current-password"
        required
        value={token}
        onInput={event => {
          token.value = event.currentTarget.value
        }}
      />
      <button type="submit" class="primary">
        Sign in
      </button>
      <p role="alert" class="complaint">
        {complaint}
      </p>
    </form>
  )
}
