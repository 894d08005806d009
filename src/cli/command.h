#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace unipic::cli {

// Adds one command to `app`. What runs when it was chosen goes to `run`, which gives the exit
// status and throws `Error`.
using Run = std::function<int()>;
using AddCommand = void (*)(CLI::App& app, Run& run);

void add_generate(CLI::App& app, Run& run);
void add_edit(CLI::App& app, Run& run);
void add_describe(CLI::App& app, Run& run);
void add_inspect(CLI::App& app, Run& run);
void add_verify(CLI::App& app, Run& run);
void add_convert(CLI::App& app, Run& run);
void add_bench(CLI::App& app, Run& run);
void add_bench_kernels(CLI::App& bench, Run& run);  // of `bench`
void add_train(CLI::App& app, Run& run);
void add_data(CLI::App& app, Run& run);
void add_eval(CLI::App& app, Run& run);
void add_sheet(CLI::App& app, Run& run);
void add_serve(CLI::App& app, Run& run);
void add_completion(CLI::App& app, Run& run);

}  // namespace unipic::cli
