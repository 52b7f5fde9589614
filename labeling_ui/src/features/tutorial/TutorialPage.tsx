import { useCallback, useEffect, useMemo, useState } from 'react';
import { opened } from '@/actions/campaign';
import { tutorialDone } from '@/actions/settings';
import { answered, arrived, currentVisit } from '@/actions/visits';
import type { Answer } from '@/api/models';
import { store } from '@/app/store';
import { useText } from '@/i18n/useText';
import { LabelScreen } from '@/features/label/LabelScreen';
import type { Answers } from '@/features/label/answering';
import { Stopwatch } from '@/features/label/stopwatch';
import { navigate } from '@/routing/location';
import type { PageProps } from '@/routing/routes';
import { useResource } from '@/state/resource';
import { useSelected } from '@/state/store';
import {
  fetchLessons,
  judged,
  practicePictures,
  practiceProbability,
  taskOf,
  truthOf,
  type Lesson,
  type Verdict,
} from './lessons';
import './tutorial.css';

/** Four tiles with known answers, and what an experienced mapper would say to each answer. */
export default function TutorialPage({ params }: PageProps) {
  const id = params.campaignId ?? '';
  const lessons = useResource('lessons', fetchLessons);
  const leave = useCallback(() => {
    store.apply(tutorialDone);
    navigate(`/c/${id}/label`, 'replace');
  }, [id]);

  useEffect(() => {
    if (lessons.error !== null) leave(); // the practice must never stand in the way
  }, [lessons.error, leave]);

  return lessons.data === null ? null : <Practice lessons={lessons.data} onDone={leave} />;
}

interface Said extends Verdict {
  readonly answer: Answer;
}

function Practice({ lessons, onDone }: { lessons: readonly Lesson[]; onDone: () => void }) {
  const t = useText('tutorial');
  const at = useSelected(store, (state) => state.labelling.at);
  const here = useSelected(store, (state) => state.labelling.campaignId === PRACTICE);
  const [said, setSaid] = useState<Said | null>(null);
  const lesson = lessons[at] ?? null;

  const pictures = useMemo(
    () => practicePictures(() => lessons[store.get().labelling.at] ?? null),
    [lessons],
  );
  const grids = useMemo(() => practiceProbability(lessons), [lessons]);
  const answers = useMemo((): Answers => teacher(lessons, setSaid), [lessons]);
  const known = useMemo(
    () =>
      said === null || lesson === null || lesson.name === 'cloud' ? undefined : truthOf(lesson),
    [said, lesson],
  );

  useEffect(() => {
    store.apply(opened(PRACTICE));
    store.apply(arrived(lessons.map(taskOf), lessons.length));
  }, [lessons]);

  const goOn = (): void => {
    const visit = currentVisit(store.get().labelling);
    setSaid(null);
    if (visit === null || said === null) return;
    const work = visit.history.present;
    store.apply(answered({ reviewId: '', answer: said.answer, reason: null, work }));
    if (at + 1 >= lessons.length) onDone();
  };

  if (!here) return null;
  return (
    <LabelScreen
      answering={answers}
      pictures={pictures}
      grids={grids}
      threshold={0.5}
      known={known}
      question={() =>
        lesson === null ? null : (
          <div className="card why">
            <b>{t('step', { number: at + 1, count: lessons.length })}</b>
            <span>{t(lesson.name)}</span>
          </div>
        )
      }
      corner={
        <button type="button" className="card choice small" onClick={onDone}>
          {t('skip')}
        </button>
      }
      nothing={null}
    >
      {said === null ? null : (
        <div
          className={said.good ? 'card said good' : 'card said'}
          role="alertdialog"
          aria-label={t(said.good ? 'well' : 'notQuite')}
        >
          <b>{t(said.good ? 'well' : 'notQuite')}</b>
          <p>{t(said.text)}</p>
          <div className="said-actions">
            {said.good ? null : (
              <button type="button" className="choice" onClick={() => setSaid(null)}>
                {t('again')}
              </button>
            )}
            <button
              type="button"
              className="choice yes"
              onClick={goOn}
              ref={(button) => button?.focus()}
            >
              {at + 1 < lessons.length ? t('next') : t('begin')}
            </button>
          </div>
        </div>
      )}
    </LabelScreen>
  );
}

const PRACTICE = 'practice';

/** Answers are judged, and nothing is sent. */
function teacher(lessons: readonly Lesson[], say: (said: Said) => void): Answers {
  return {
    stopwatch: new Stopwatch(),
    answer(answer) {
      const { labelling } = store.get();
      const lesson = lessons[labelling.at];
      const visit = currentVisit(labelling);
      if (lesson === undefined || visit === null) return;
      say({ ...judged(lesson, answer, visit.history.present), answer });
    },
    skip() {
      const { labelling } = store.get();
      const visit = currentVisit(labelling);
      if (visit === null) return;
      const work = visit.history.present;
      store.apply(answered({ reviewId: '', answer: 'wrong', reason: null, work }));
    },
  };
}
