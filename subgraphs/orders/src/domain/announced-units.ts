/** Where returns stand whose goods have not arrived yet. */
export const openReturnStatuses = ['REQUESTED', 'APPROVED', 'IN_TRANSIT'] as const;

const isOpen = (status: string): boolean => openReturnStatuses.some((open) => open === status);

/** How many units of an order line its order's open returns announce. */
export const announcedUnits = (
  returns: readonly {
    readonly status: string;
    readonly lines: readonly { readonly orderLineId: string; readonly quantity: number }[];
  }[],
  orderLineId: string,
): number =>
  returns
    .filter(({ status }) => isOpen(status))
    .flatMap(({ lines }) => lines)
    .filter((line) => line.orderLineId === orderLineId)
    .reduce((total, { quantity }) => total + quantity, 0);
