"""One wish's classification, from all that is known of it: facts, trials, Kano and the survey."""

from collections.abc import Iterable, Mapping

import attrs

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import check_type
from cxjourney.wishes.answers import Answer, Reason
from cxjourney.wishes.classification import Classification
from cxjourney.wishes.criteria import Criteria
from cxjourney.wishes.effects.value import Value
from cxjourney.wishes.evidence.collected import Evidence
from cxjourney.wishes.kano.questionnaire import Kano
from cxjourney.wishes.kinds import Wish

__all__ = ["Sources"]


@attrs.frozen
class Sources:
    """What is known of wishes beside a survey, by what a wish is about.

    Attributes:
        outcome: the outcome that value is judged by.
        criteria: the limits that the wishes are held to.
        trials: what randomised trials found.
        kano: the answers to Kano's questionnaire.
    """

    outcome: str
    criteria: Criteria
    trials: Mapping[str, Evidence]
    kano: Mapping[str, Kano]

    def check(self, wishes: Iterable[Wish]) -> None:
        """Check that each source is of its type and of one of the wishes, a trial of the outcome.

        Raises:
            InvalidError: one is not.
        """
        known = [wish.about for wish in wishes]
        for field, sources, of in (("trials", self.trials, Evidence), ("kano", self.kano, Kano)):
            for about, source in sources.items():
                if about not in known:
                    found = f"of a wish that is not among the {len(known)} items"
                    raise InvalidError(
                        field, found, "what one of the items is about, word for word"
                    )
                check_type(field, source, of)
        for trial in self.trials.values():
            if trial.outcome != self.outcome:
                raise InvalidError("trials", "of another outcome", "the outcome of the survey")

    def classify(self, wish: Wish, stated: Answer, value: Value) -> Classification:
        """Return what is known of a wish, given what a survey says of it.

        A fact that the wish itself states stands above all; for the value, a randomised trial
        stands above the survey. A wish that customers take for granted is never called without
        value: it is missed when it is not there.
        """
        answer, harm = value.answer, value.harm
        notes: tuple[Reason, ...] = ()
        trial, kano = self.trials.get(wish.about), self.kano.get(wish.about)
        if trial is not None:
            # A trial is looked at once, at its end, and its arms were meant to be as they are.
            tried = trial.classify(attrs.evolve(self.criteria, min_events=0, min_varied=0))
            answer, harm, notes = tried.value, tried.harm, (Reason.EXPERIMENT,)
        known = Classification(
            wish=wish,
            outcome=self.outcome,
            stated=stated.unless(wish.stated),
            value=answer.unless(wish.adds_value),
            harm=harm,
            notes=notes,
        )
        return known if kano is None else kano.temper(known)
