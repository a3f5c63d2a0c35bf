"""Keeps the stages of an arrest in step with what is written on the arrest itself, whoever writes it."""

import pgtrigger

# A date alone that is corrected keeps the sentence and who told us, which the arrest does not say.
_SAME = "(kept.outcome_id, kept.custody_days) IS NOT DISTINCT FROM (EXCLUDED.outcome_id, EXCLUDED.custody_days)"
# What the arrest says now is the last of its stages. An earlier step than before means that the later one was a
# mistake; nothing at all means that all of them were.
_FUNC = """
    IF TG_OP = 'UPDATE' AND NEW.justice_outcome_id IS NULL THEN
        UPDATE outcomes_justicestage SET void_reason = 'Taken back' WHERE arrest_id = NEW.id AND void_reason = '';
        RETURN NULL;
    END IF;
    SELECT o.step INTO STRICT step_now FROM outcomes_justiceoutcome o WHERE o.code = NEW.justice_outcome_id;
    IF TG_OP = 'UPDATE' THEN
        UPDATE outcomes_justicestage SET void_reason = 'Replaced by an earlier step'
        WHERE arrest_id = NEW.id AND void_reason = ''
            AND array_position(ARRAY['waiting', 'decision', 'court'], step::text)
                > array_position(ARRAY['waiting', 'decision', 'court'], step_now);
    END IF;
    INSERT INTO outcomes_justicestage AS kept (
        arrest_id, step, outcome_id, day, sentence_kind, sentence, custody_days, source, entered_by_id, entered_at,
        void_reason
    ) VALUES (
        NEW.id, step_now, NEW.justice_outcome_id, NEW.justice_outcome_on,
        CASE WHEN NEW.custody_days IS NULL THEN '' ELSE 'custody' END,
        CASE WHEN NEW.custody_days IS NULL THEN '' ELSE NEW.custody_days || ' days' END,
        NEW.custody_days, '',
        (nullif(current_setting('pghistory.context_metadata', true), '')::jsonb ->> 'user')::bigint,
        statement_timestamp(), ''
    )
    ON CONFLICT (arrest_id, step) WHERE void_reason = '' DO UPDATE SET
        outcome_id = EXCLUDED.outcome_id, day = EXCLUDED.day, custody_days = EXCLUDED.custody_days,
        sentence_kind = CASE WHEN {same} THEN kept.sentence_kind ELSE EXCLUDED.sentence_kind END,
        sentence = CASE WHEN {same} THEN kept.sentence ELSE EXCLUDED.sentence END,
        sentenced_on = CASE WHEN {same} AND kept.sentenced_on >= EXCLUDED.day THEN kept.sentenced_on END,
        source = CASE WHEN {same} THEN kept.source ELSE '' END,
        entered_by_id = EXCLUDED.entered_by_id, entered_at = EXCLUDED.entered_at
    WHERE (kept.outcome_id, kept.day, kept.custody_days)
        IS DISTINCT FROM (EXCLUDED.outcome_id, EXCLUDED.day, EXCLUDED.custody_days);
    RETURN NULL;
""".replace("{same}", _SAME)

KEEP_STAGES = pgtrigger.Trigger(
    name="keep_stages",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("justice_outcome_id", "justice_outcome_on", "custody_days"),
    declare=[("step_now", "text")],
    func=f"IF TG_OP = 'INSERT' AND NEW.justice_outcome_id IS NULL THEN RETURN NULL; END IF;{_FUNC}",
)
"""Forms, the API and files of outcomes write the last stage on the arrest; this makes the stage of it."""
