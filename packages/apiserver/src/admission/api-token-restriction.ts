// Owns that nobody makes an API token for somebody as whom they may not act: it takes the right to impersonate the user
// and each of the groups that the token gives.
import { apiTokenOf, secrets } from '@berth/objects';
import { type Authorizer, refusal } from '../registry/authorization.ts';
import { sameJson } from '../registry/equality.ts';
import { type AdmissionPlugin, writeOf } from './plugin.ts';

export function apiTokenRestriction(authorizer: Authorizer): AdmissionPlugin {
  return {
    name: 'ApiTokenRestriction',
    validate(request) {
      const write = writeOf(request, secrets);
      const token = write && apiTokenOf(write.draft);
      if (!token || sameJson(write.draft.data, write.old?.data)) return;
      const mustBeAllowed = (plural: string, name: string) => {
        const asked = { verb: 'impersonate', resource: { group: '', plural }, name };
        if (!authorizer.allows(request.user, asked)) throw refusal(request.user, asked);
      };
      mustBeAllowed('users', token.user);
      for (const group of token.groups) mustBeAllowed('groups', group);
    },
  };
}
