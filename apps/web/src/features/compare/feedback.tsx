import { useMutation } from '@tanstack/react-query';
import { ThumbsDown, ThumbsUp } from 'lucide-react';
import { useState } from 'react';
import { type FeedbackRequest, type ProcessAnswer, postV1EnhancedFeedback } from '../../api/gen/api.js';
import { compareStrings as text } from '../../strings/en/compare.js';
import { Button } from '../../ui/button.js';
import { SelectField, TextField } from '../../ui/field.js';
import { formatName } from '../../ui/format.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { workflows } from './workflows.js';

type Expected = NonNullable<FeedbackRequest['expected_workflow']>;
const mostCharacters = 500;

/** Whether a plan is what was meant; one that is not can be put right. */
export function Feedback({ plan }: { readonly plan: ProcessAnswer }) {
  const [wrong, setWrong] = useState(false);
  const [expected, setExpected] = useState<Expected | ''>('');
  const [comment, setComment] = useState('');
  const send = useMutation({
    mutationFn: (verdict: Omit<FeedbackRequest, 'request_id'>) =>
      postV1EnhancedFeedback({ request_id: plan.request_id, ...verdict }),
  });
  if (send.isSuccess) {
    return (
      <p role="status" className="text-sm text-success">
        {text.thanks}
      </p>
    );
  }
  const correct = () =>
    send.mutate({
      correct: false,
      ...(expected === '' ? {} : { expected_workflow: expected }),
      ...(comment.trim() === '' ? {} : { comment: comment.trim() }),
    });
  return (
    <div role="group" aria-label={text.feedback} className="space-y-3">
      <div className="flex flex-wrap items-center gap-2">
        <p className="text-sm font-medium">{text.feedback}</p>
        <Button
          size="small"
          icon={<ThumbsUp className="size-4" />}
          busy={send.isPending && !wrong}
          onClick={() => send.mutate({ correct: true })}
        >
          {text.right}
        </Button>
        <Button
          size="small"
          icon={<ThumbsDown className="size-4" />}
          aria-expanded={wrong}
          onClick={() => setWrong((before) => !before)}
        >
          {text.wrong}
        </Button>
      </div>
      {wrong && (
        <div className="grid gap-3 sm:grid-cols-2">
          <SelectField<Expected | ''>
            label={text.expected}
            value={expected}
            choices={[
              { value: '', label: text.expectedUnknown },
              ...workflows
                .filter((workflow) => workflow !== plan.workflow_type)
                .map((workflow) => ({ value: workflow, label: formatName(workflow) })),
            ]}
            onChoose={setExpected}
          />
          <TextField
            label={text.comment}
            value={comment}
            maxLength={mostCharacters}
            onChange={({ target }) => setComment(target.value)}
          />
          <div className="sm:col-span-2">
            <Button size="small" busy={send.isPending} onClick={correct}>
              {text.send}
            </Button>
          </div>
        </div>
      )}
      {send.error && <ProblemNotice problem={send.error} />}
    </div>
  );
}
