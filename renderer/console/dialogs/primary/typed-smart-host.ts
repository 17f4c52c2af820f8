// What is typed about the smart host, for its Test button. A password that was not touched is the saved one: the engine knows it.
import type { Settings } from '../../../../core/contract/settings.ts';
import type { Api } from '../../connection.ts';
import { unchangedSecret } from '../settings-draft.ts';

type SmartHostTest = Parameters<Api['tests']['smartHost']>[0];

export function typedSmartHost(values: Settings): SmartHostTest {
  return {
    host: values['delivery.smartHost'], tls: values['delivery.smartHostTls'], verify: values['delivery.smartHostVerify'], logon: values['delivery.smartHostLogon'], user: values['delivery.smartHostUser'],
    method: values['delivery.smartHostMethod'], ...typed(values['delivery.smartHostPassword']),
    popBefore: values['delivery.popBefore'] ? { host: values['delivery.popHost'], tls: values['delivery.popTls'], user: values['delivery.popUser'], ...typed(values['delivery.popPassword']) } : null,
  };
}

const typed = (secret: string) => (secret === unchangedSecret ? {} : { password: secret });
