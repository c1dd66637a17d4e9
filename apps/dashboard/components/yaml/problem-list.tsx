// Owns what is wrong with a text that was refused, field by field.
import type { FieldProblem } from '@berth/dashboard-api';

export function ProblemList({ message, problems }: { message: string; problems: readonly FieldProblem[] }) {
  return (
    <div role="alert" data-testid="yaml-problems" className="rounded-md bg-failing-soft p-3 text-failing-text">
      {problems.length === 0 ? <p>{message}</p> : null}
      <ul className="flex flex-col gap-1">
        {problems.map((problem) => (
          <li key={`${problem.field} ${problem.message}`}>
            {problem.field ? <code className="font-semibold">{problem.field}</code> : null} {problem.message}
          </li>
        ))}
      </ul>
    </div>
  );
}
