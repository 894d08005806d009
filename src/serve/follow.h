#pragma once

#include <functional>

#include "serve/job.h"

namespace unipic::serve {

// Hands a job's events to `on_event`, the last one, too, unless it is `Failed`, whose error is
// thrown. False if whoever asked `is_gone` before: the job is cancelled then, as it is when
// `on_event` throws.
bool follow(Job& job, const std::function<bool()>& is_gone,
            const std::function<void(JobEvent& event)>& on_event);

// Its last event alone; nothing if whoever asked is gone.
std::optional<JobEvent> outcome_of(Job& job, const std::function<bool()>& is_gone);

}  // namespace unipic::serve
