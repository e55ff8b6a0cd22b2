import { useCallback, useState } from 'react';
import { Row } from './row';

interface Props<T> {
  items: readonly T[];
  label(item: T): string;
  onPick?: (item: T) => void;
}

/** A list from which one item can be picked. */
export function Panel<T extends { id: string }>({ items, label, onPick }: Props<T>) {
  const [picked, setPicked] = useState<string>();
  const pick = useCallback(
    (item: T) => {
      setPicked(item.id);
      onPick?.(item);
    },
    [onPick],
  );
  return (
    <ul className="panel">
      {items.map((item) => (
        <Row key={item.id} active={item.id === picked} onClick={() => pick(item)}>
          {label(item)}
        </Row>
      ))}
    </ul>
  );
}

export default Panel;
