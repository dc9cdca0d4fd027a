// Signing in: the token, once.
import { useSignal } from '@preact/signals'
import { sentenceOf, signIn } from './api.js'

export function SignIn() {
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
    <main class="sign-in">
      <h1>Meridian</h1>
      <form onSubmit={submit}>
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
      <p class="quiet">
        It was made at the first start; the server’s log names its file, which is <code>admin-token</code> in the state
        directory.
      </p>
    </main>
  )
}
