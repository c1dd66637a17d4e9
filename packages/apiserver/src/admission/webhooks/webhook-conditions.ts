// Owns the admission of webhook configurations themselves, as far as their conditions are concerned: an expression that
// could never be evaluated is refused when it is written.
import { invalidError, mutatingWebhookConfigurations, validatingWebhookConfigurations } from '@berth/objects';
import type { ExpressionScope } from '../expressions/environment.ts';
import { conditionErrors } from '../expressions/match-conditions.ts';
import { type AdmissionPlugin, writeOf } from '../plugin.ts';

export function webhookConditions(expressions: ExpressionScope): AdmissionPlugin {
  return {
    name: 'WebhookConditions',
    validate(request) {
      const write =
        writeOf(request, mutatingWebhookConfigurations) ?? writeOf(request, validatingWebhookConfigurations);
      const errors = (write?.draft.webhooks ?? []).flatMap(({ matchConditions }, index) =>
        conditionErrors(expressions, `webhooks[${index}].matchConditions`, matchConditions),
      );
      if (errors.length > 0) throw invalidError(request.resource, request.name, errors);
    },
  };
}
