type Statement = Readonly<{ Effect: "Allow"; Action: string; Resource: readonly unknown[] }>;

export const statementsFor: (
  environment: Readonly<Record<string, string | undefined>>,
) => Statement[];
export const statements: () => Statement[];
