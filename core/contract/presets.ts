// Values to choose from instead of typing: DNS servers (those of the 2003 tutorial among them, exactly as printed there) and
// the smart hosts of well-known providers. Data only; the dialogs offer them.
import type { tlsChoices } from './settings.ts';

export interface DnsPreset {
  readonly name: string;
  readonly primary: string;
  /** '' = it has one server only. */
  readonly backup: string;
  /** From the tutorial of 2003: to be tested before use. */
  readonly historic: boolean;
}

export const dnsPresets: readonly DnsPreset[] = [
  { name: 'TelkomNet', primary: '202.134.0.155', backup: '202.134.2.5', historic: true },
  { name: 'LinkNet', primary: '202.137.3.120', backup: '202.137.3.121', historic: true },
  { name: 'IndoNet', primary: '202.159.32.2', backup: '202.159.33.2', historic: true },
  { name: 'IndosatNet', primary: '202.155.0.10', backup: '', historic: true },
  { name: 'Quad9', primary: '9.9.9.9', backup: '149.112.112.112', historic: false },
  { name: 'Cloudflare', primary: '1.1.1.1', backup: '1.0.0.1', historic: false },
  { name: 'Google Public DNS', primary: '8.8.8.8', backup: '8.8.4.4', historic: false },
  { name: 'OpenDNS', primary: '208.67.222.222', backup: '208.67.220.220', historic: false },
];

export interface SmartHostPreset {
  readonly name: string;
  readonly host: string;
  readonly tls: (typeof tlsChoices)[number];
  /** What to type as password: `password`, `app-password` (made on the provider's site), `api-key`, or `token` (XOAUTH2). */
  readonly logon: 'password' | 'app-password' | 'api-key' | 'token';
}

export const smartHostPresets: readonly SmartHostPreset[] = [
  { name: 'Gmail / Google Workspace', host: 'smtp.gmail.com:587', tls: 'starttls', logon: 'app-password' },
  { name: 'Microsoft 365 / Outlook.com', host: 'smtp.office365.com:587', tls: 'starttls', logon: 'token' },
  { name: 'Yahoo Mail', host: 'smtp.mail.yahoo.com:465', tls: 'tls', logon: 'app-password' },
  { name: 'iCloud Mail', host: 'smtp.mail.me.com:587', tls: 'starttls', logon: 'app-password' },
  { name: 'Zoho Mail', host: 'smtp.zoho.com:465', tls: 'tls', logon: 'app-password' },
  { name: 'Brevo', host: 'smtp-relay.brevo.com:587', tls: 'starttls', logon: 'api-key' },
  { name: 'Mailgun', host: 'smtp.mailgun.org:587', tls: 'starttls', logon: 'password' },
  { name: 'SendGrid', host: 'smtp.sendgrid.net:587', tls: 'starttls', logon: 'api-key' },
  { name: 'Amazon SES (Singapore)', host: 'email-smtp.ap-southeast-1.amazonaws.com:587', tls: 'starttls', logon: 'password' },
  { name: 'SMTP2GO', host: 'mail.smtp2go.com:587', tls: 'starttls', logon: 'password' },
];
