/** The item of a list that is known to be there. @throws RangeError when it is not. */
export const itemAt = <Item>(items: ArrayLike<Item>, index: number): Item => {
  const item = items[index];
  if (item === undefined) throw new RangeError(`There is no item ${index} among ${items.length}.`);
  return item;
};
