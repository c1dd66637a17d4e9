// Owns `$(NAME)` in commands, arguments and environment values. Source: Kubernetes documentation, "Define Dependent
// Environment Variables": an unknown name stays as it stands, `$$` is a dollar.

export function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$\$|\$\(([^()]*)\)/g, (found, name: string | undefined) => {
    if (found === '$$') return '$';
    return variables.get(name ?? '') ?? found;
  });
}
