/** Nothing to redeem where the shop has no programme. */
export const PointsChoice = (_props: {
  cartId: string;
  points: number;
  onChoose: (points: number) => void;
  isDisabled: boolean;
}) => null;
