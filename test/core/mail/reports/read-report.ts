// A report as Python's mail package understands it.
import { execFileSync } from 'node:child_process';

export interface ReadReport {
  readonly defects: readonly string[];
  readonly header: Readonly<Record<string, string>>;
  readonly type: string;
  readonly reportType: string;
  readonly parts: readonly string[];
  readonly text: string;
  /** Groups of fields of the delivery status. */
  readonly status: readonly Readonly<Record<string, string>>[];
  /** Header fields of the attached message, and its text (null: header only). */
  readonly original: Readonly<Record<string, string>>;
  readonly originalText: string | null;
}

const script = `
import sys, json, email, email.policy
m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
text, status, original = m.get_payload()
def fields(x): return {k: str(v) for k, v in x.items()}
defects = [str(d) for part in m.walk() for d in part.defects]
if status.get_content_type() == 'message/delivery-status':
    groups = [fields(g) for g in status.get_payload()]
else:
    groups = [fields(email.message_from_string(g, policy=email.policy.default)) for g in status.as_bytes().decode().replace('\\r\\n', '\\n').split('\\n\\n')[1:] if g.strip()]
if original.get_content_type() == 'message/rfc822' or original.get_content_type() == 'message/global':
    inner = original.get_payload(0); body = inner.get_payload(decode=True).decode('utf8', 'replace').replace('\\r\\n', '\\n')
else:
    raw = original.get_payload(decode=True) if original.get_content_maintype() == 'text' else original.as_bytes().replace(b'\\r\\n', b'\\n').split(b'\\n\\n', 1)[1]
    inner = email.message_from_bytes(raw, policy=email.policy.default); body = None
print(json.dumps({'defects': defects, 'header': fields(m), 'type': m.get_content_type(), 'reportType': m.get_param('report-type'), 'parts': [p.get_content_type() for p in m.get_payload()],
  'text': text.get_content().replace('\\r\\n', '\\n'), 'status': groups, 'original': fields(inner), 'originalText': body}))`;

export function readReport(message: Buffer): ReadReport {
  return JSON.parse(execFileSync('python3', ['-c', script], { input: message, env: { ...process.env, PYTHONIOENCODING: 'utf8' } }).toString()) as ReadReport;
}
