//! The state machine of one environment's Runtime API: which call is allowed next, and what any other call is told.
//!
//! The names of states and the rules between them are those of the service's own emulator, because its 403 messages show
//! them: `Started`, `InitError`, `Ready`, `InvocationResponse`, `InvocationErrorResponse`, `RuntimeResponseSentState`.

use std::time::Instant;

use bytes::Bytes;
use tokio::sync::oneshot;

use super::super::InvokeRequest;

/// An invocation that waits for the process to ask for it.
#[derive(Debug)]
pub(crate) struct PendingInvocation {
    pub(crate) request_id: String,
    pub(crate) request: InvokeRequest,
    /// Told the moment in which the process took the event.
    pub(crate) taken: oneshot::Sender<Instant>,
    /// Told what the process answered.
    pub(crate) answer: oneshot::Sender<Answer>,
}

/// What a process says of the event it took.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The function replied.
    Response(Bytes),
    /// The function, or its runtime, reported an error: its description as JSON.
    Error(Bytes),
    /// The reply was larger than Lambda takes.
    TooLarge,
}

/// The invocation in hand.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) request_id: String,
    pub(super) request: InvokeRequest,
    pub(super) deadline_ms: i64,
    pub(super) trace_id: String,
    answer: oneshot::Sender<Answer>,
}

/// Where a runtime stands.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    #[default]
    Started,
    InitError,
    Ready,
    InvocationResponse,
    InvocationErrorResponse,
    ResponseSent,
}

impl State {
    /// As refusals spell it.
    pub(super) fn name(self) -> &'static str {
        match self {
            State::Started => "Started",
            State::InitError => "InitError",
            State::Ready => "Ready",
            State::InvocationResponse => "InvocationResponse",
            State::InvocationErrorResponse => "InvocationErrorResponse",
            State::ResponseSent => "RuntimeResponseSentState",
        }
    }
}

/// Why a call was out of turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OutOfTurn {
    /// 400: the id is not that of the invocation in hand.
    InvalidRequestId,
    /// 403: the state does not allow it.
    InvalidStateTransition { from: State, to: State },
    /// 403: `next` is being waited in already, since that state. The service's emulator says it in a word of its own.
    AlreadyWaiting { from: State },
}

/// The one place for an event in an environment.
#[derive(Debug, Default)]
pub(super) struct InvocationSlot {
    state: State,
    offer: Option<PendingInvocation>,
    running: Option<Running>,
    /// The id of the last invocation that ended; it stays the current one until the next event is taken.
    ended: Option<String>,
    /// While a `next` waits for an event: the state in which it was called.
    waiting: Option<State>,
}

impl InvocationSlot {
    /// Puts an invocation where `next` finds it.
    pub(super) fn offer(&mut self, offer: PendingInvocation) {
        self.offer = Some(offer);
    }

    /// Whether `next` may be called now. The first call says that the runtime is ready to take events.
    pub(super) fn ask(&mut self) -> Result<(), OutOfTurn> {
        if let Some(from) = self.waiting.filter(|_| self.running.is_none()) {
            return Err(OutOfTurn::AlreadyWaiting { from });
        }
        let from = self.state;
        match from {
            State::Started => self.state = State::Ready,
            State::Ready | State::ResponseSent => {}
            from => return Err(OutOfTurn::InvalidStateTransition { from, to: State::Ready }),
        }
        self.waiting = Some(from);
        Ok(())
    }

    /// Notes that no `next` waits any more: it has its event, or its connection is gone.
    pub(super) fn stop_waiting(&mut self) {
        self.waiting = None;
    }

    /// The running invocation, or the pending one, which runs from now on. `prepare` gives the deadline and the trace.
    pub(super) fn take(&mut self, prepare: impl FnOnce(&InvokeRequest) -> (i64, String)) -> Option<&Running> {
        if self.running.is_none() {
            let PendingInvocation { request_id, request, taken, answer } = self.offer.take()?;
            let (deadline_ms, trace_id) = prepare(&request);
            // The caller may have gone away; the process then works for nobody, as after a timeout.
            let _ = taken.send(Instant::now());
            self.running = Some(Running { request_id, request, deadline_ms, trace_id, answer });
            self.ended = None;
        }
        self.state = State::Ready;
        if self.running.is_some() {
            self.waiting = None;
        }
        self.running.as_ref()
    }

    /// Begins to end the invocation `id`; `to` is [`State::InvocationResponse`] or [`State::InvocationErrorResponse`].
    pub(super) fn begin(&mut self, id: &str, to: State) -> Result<(), OutOfTurn> {
        let current = self.running.as_ref().map(|running| &running.request_id).or(self.ended.as_ref());
        if current.is_none_or(|current| current != id) {
            return Err(OutOfTurn::InvalidRequestId);
        }
        if self.state != State::Ready || self.running.is_none() {
            return Err(OutOfTurn::InvalidStateTransition { from: self.state, to });
        }
        self.state = to;
        Ok(())
    }

    /// Ends the invocation that [`InvocationSlot::begin`] began to end.
    pub(super) fn end(&mut self, answer: Answer) {
        let Some(running) = self.running.take() else { return };
        self.state = State::ResponseSent;
        self.ended = Some(running.request_id);
        // Nobody waits for the answer after a timeout.
        let _ = running.answer.send(answer);
    }

    /// Notes that init failed; allowed before the first `next` only.
    pub(super) fn init_error(&mut self) -> Result<(), OutOfTurn> {
        if self.state != State::Started {
            return Err(OutOfTurn::InvalidStateTransition { from: self.state, to: State::InitError });
        }
        self.state = State::InitError;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seated(id: &str) -> (InvocationSlot, oneshot::Receiver<Answer>) {
        let mut slot = InvocationSlot::default();
        let (taken, _) = oneshot::channel();
        let (answer, answered) = oneshot::channel();
        slot.offer(PendingInvocation { request_id: id.to_string(), request: InvokeRequest::default(), taken, answer });
        assert_eq!(slot.ask(), Ok(()));
        slot.take(|_| (0, String::new()));
        (slot, answered)
    }

    fn refused(from: State, to: State) -> Result<(), OutOfTurn> {
        Err(OutOfTurn::InvalidStateTransition { from, to })
    }

    #[test]
    fn an_invocation_is_answered_once_and_by_its_own_id() {
        let (mut slot, mut answered) = seated("a");
        assert_eq!(slot.begin("b", State::InvocationResponse), Err(OutOfTurn::InvalidRequestId));
        assert_eq!(slot.begin("a", State::InvocationResponse), Ok(()));
        let between = refused(State::InvocationResponse, State::InvocationErrorResponse);
        assert_eq!(slot.begin("a", State::InvocationErrorResponse), between, "the reply is still being read");
        assert_eq!(slot.ask(), refused(State::InvocationResponse, State::Ready));
        slot.end(Answer::Response(Bytes::from_static(b"1")));
        assert_eq!(answered.try_recv(), Ok(Answer::Response(Bytes::from_static(b"1"))));
        let again = refused(State::ResponseSent, State::InvocationErrorResponse);
        assert_eq!(slot.begin("a", State::InvocationErrorResponse), again);
        assert_eq!(slot.ask(), Ok(()));
        assert_eq!(slot.begin("a", State::InvocationResponse), refused(State::ResponseSent, State::InvocationResponse));
    }

    #[test]
    fn the_id_of_the_last_invocation_is_unknown_once_the_next_is_taken() {
        let (mut slot, _answered) = seated("a");
        slot.begin("a", State::InvocationResponse).unwrap();
        slot.end(Answer::TooLarge);
        let (taken, _) = oneshot::channel();
        let (answer, _answered) = oneshot::channel();
        slot.offer(PendingInvocation { request_id: "b".to_string(), request: InvokeRequest::default(), taken, answer });
        slot.take(|_| (0, String::new()));
        assert_eq!(slot.begin("a", State::InvocationResponse), Err(OutOfTurn::InvalidRequestId));
    }

    #[test]
    fn asking_twice_gives_the_same_event() {
        let (mut slot, _answered) = seated("a");
        assert_eq!(slot.ask(), Ok(()));
        assert_eq!(
            slot.take(|_| unreachable!("it is taken already")).map(|running| running.request_id.as_str()),
            Some("a")
        );
    }

    #[test]
    fn one_next_waits_at_a_time() {
        let mut slot = InvocationSlot::default();
        assert_eq!(slot.ask(), Ok(()));
        assert_eq!(slot.ask(), Err(OutOfTurn::AlreadyWaiting { from: State::Started }));
        slot.stop_waiting();
        assert_eq!(slot.ask(), Ok(()), "the first one's connection went away");
    }

    #[test]
    fn init_fails_before_the_first_event_or_not_at_all() {
        let mut slot = InvocationSlot::default();
        assert_eq!(slot.begin("a", State::InvocationResponse), Err(OutOfTurn::InvalidRequestId));
        assert_eq!(slot.init_error(), Ok(()));
        assert_eq!(slot.init_error(), refused(State::InitError, State::InitError));
        assert_eq!(slot.ask(), refused(State::InitError, State::Ready));
        let (mut slot, _answered) = seated("a");
        assert_eq!(slot.init_error(), refused(State::Ready, State::InitError));
    }
}
