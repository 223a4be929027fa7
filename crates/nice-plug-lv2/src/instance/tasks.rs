//! Background tasks: a lock-free queue, emptied by the host's worker, or by a thread of the instance if the
//! host has none.

use crate::plugin::Lv2Plugin;
use crate::raw::{LV2_WORKER_SUCCESS, LV2_Worker_Schedule};
use crossbeam_queue::ArrayQueue;
use nice_plug::plugin::{Plugin, TaskExecutor};
use nice_plug::prelude::AsyncExecutor;
use std::any::TypeId;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// Largest number of waiting tasks; further ones are dropped.
const CAPACITY: usize = 1024;

type Executor<P> = Arc<Mutex<TaskExecutor<P>>>;

pub(crate) struct Tasks<P: Plugin> {
    queue: Arc<ArrayQueue<P::BackgroundTask>>,
    executor: Executor<P>,
    /// The host's worker; null if it has none.
    schedule: *const LV2_Worker_Schedule,
    /// The instance's own thread, if the host has no worker and the plugin has tasks.
    worker: Option<Worker>,
}

// SAFETY: `schedule` is the only field that is not Send. The host guarantees, by LV2's `work:schedule`, that
// it outlives the instance; only `wake` calls it, from the audio thread.
unsafe impl<P: Plugin> Send for Tasks<P> {}
// SAFETY: as for Send.
unsafe impl<P: Plugin> Sync for Tasks<P> {}

struct Worker {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Returns true if the plugin has background tasks: its task type is not `()`.
pub(crate) fn has_tasks<P: Lv2Plugin>() -> bool {
    TypeId::of::<P::BackgroundTask>() != TypeId::of::<()>()
}

impl<P: Lv2Plugin> Tasks<P> {
    pub(crate) fn new(executor: TaskExecutor<P>, schedule: Option<*const LV2_Worker_Schedule>) -> Arc<Self> {
        let capacity = if has_tasks::<P>() { CAPACITY } else { 1 };
        let queue = Arc::new(ArrayQueue::new(capacity));
        let executor = Arc::new(Mutex::new(executor));
        let own = has_tasks::<P>() && schedule.is_none();
        let worker = own.then(|| Worker::spawn::<P>(queue.clone(), executor.clone()));
        Arc::new(Self { queue, executor, schedule: schedule.unwrap_or(std::ptr::null()), worker })
    }

    /// Queues a task from the audio thread; [`wake`](Self::wake) starts its execution.
    ///
    /// # Realtime safety
    /// Lock-free. Drops the task if the queue is full.
    pub(crate) fn push(&self, task: P::BackgroundTask) {
        drop(self.queue.push(task));
    }

    /// Starts the execution of queued tasks: in the host's worker or, without one, in the instance's own
    /// thread. If the host has no worker and renders faster than real time, runs them immediately. Call it on
    /// the audio thread after each block.
    pub(crate) fn wake(&self, freewheel: bool) {
        if self.queue.is_empty() {
            return;
        }
        // SAFETY: null, or the host's feature, which by LV2's `work:schedule` outlives the instance.
        if let Some(schedule) = unsafe { self.schedule.as_ref() } {
            let token = 0u32;
            // SAFETY: the worker extension requires a call during `run()`, which this is; the host copies the
            // four bytes.
            let status =
                unsafe { (schedule.schedule_work)(schedule.handle, 4, std::ptr::from_ref(&token).cast()) };
            if status == LV2_WORKER_SUCCESS {
                return;
            }
        }
        match &self.worker {
            Some(worker) if !freewheel => worker.wake(),
            Some(_) => self.work(),
            // The host's worker refused the request, so the tasks wait for the next block.
            None => {}
        }
    }

    /// Runs all queued tasks. Not for the audio thread, except in offline rendering.
    pub(crate) fn work(&self) {
        work(&self.queue, &self.executor);
    }

    /// The executor for an editor. Each of its tasks runs on a new thread, because only the audio thread may
    /// use LV2's worker.
    pub(crate) fn executor(&self) -> AsyncExecutor<P> {
        let executor = self.executor.clone();
        let spawn = move |task: P::BackgroundTask| {
            let executor = executor.clone();
            thread::spawn(move || executor.lock().unwrap_or_else(PoisonError::into_inner)(task));
        };
        let spawn = Arc::new(spawn);
        AsyncExecutor::new(spawn.clone(), spawn)
    }
}

fn work<T, F: Fn(T) + ?Sized>(queue: &ArrayQueue<T>, executor: &Mutex<Box<F>>) {
    let executor = executor.lock().unwrap_or_else(PoisonError::into_inner);
    while let Some(task) = queue.pop() {
        executor(task);
    }
}

impl Worker {
    fn spawn<P: Plugin>(queue: Arc<ArrayQueue<P::BackgroundTask>>, executor: Executor<P>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let body = move || {
            while !stopped.load(Ordering::Acquire) {
                work(&queue, &executor);
                thread::park();
            }
        };
        let thread = thread::Builder::new().name("lv2-worker".to_owned()).spawn(body).ok();
        Self { stop, thread }
    }

    fn wake(&self) {
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        self.wake();
        if let Some(thread) = self.thread.take() {
            // The panic hook has reported a panic in a task already.
            drop(thread.join());
        }
    }
}
