import { type RefObject, type UIEvent, useRef, useState } from 'react';

/** So near the end, pixels, a view follows what is added. */
const NEAR_END = 60;

/**
 * Whether a view that scrolls stays at its end as it grows. Only a reader who scrolls back leaves it: what grows, or is
 * measured anew, moves the end away by itself.
 */
export function useFollow(box: RefObject<HTMLElement | null>): {
  following: boolean;
  setFollowing: (following: boolean) => void;
  onScroll: (event: UIEvent<HTMLElement>) => void;
  toEnd: () => void;
} {
  const [following, setFollowing] = useState(true);
  const last = useRef(0);
  return {
    following,
    setFollowing,
    onScroll({ currentTarget: { clientHeight, scrollHeight, scrollTop } }) {
      if (scrollHeight - scrollTop - clientHeight < NEAR_END) setFollowing(true);
      else if (scrollTop < last.current) setFollowing(false);
      last.current = scrollTop;
    },
    toEnd() {
      if (box.current) box.current.scrollTop = box.current.scrollHeight;
    },
  };
}
