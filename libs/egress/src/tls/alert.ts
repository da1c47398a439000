/** A fatal TLS alert in the clear, as a server sends before keys are agreed: clients then say more than "reset". */
export function fatalAlert(description: 'unrecognized_name' | 'access_denied'): Buffer {
  return Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, description === 'unrecognized_name' ? 112 : 49]);
}
