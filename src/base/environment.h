#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

// The one place where environment variables are read.

namespace unipic {

// Where models known by name lie: $UNIPIC_MODELS, else $XDG_DATA_HOME/unipic/models, else
// ~/.local/share/unipic/models.
std::filesystem::path models_folder();

// $UNIPIC_ASSETS: where the files that belong to the program lie; empty if it is not set.
std::filesystem::path assets_folder();

// $UNIPIC_ISA: the instruction set that kernels are to use; empty if it is not set.
std::string wanted_isa();

// Starts this program anew, with the same arguments, so that threads that wait for each other keep
// their cores for a tenth of a millisecond at most, where $GOMP_SPINCOUNT and $OMP_WAIT_POLICY say
// nothing else; returns otherwise. On a machine that is busy with other things, waiting as
// libgomp does of itself makes a picture take three times as long and more.
void restart_with_short_spins();

// One process of a run that has several, in torchrun's words.
struct ProcessEnvironment {
  int64_t rank = 0;
  int64_t num_ranks = 1;
  int64_t local_rank = 0;           // among those of this machine
  std::string master_address = {};  // where rank 0 is found
  uint16_t master_port = 0;
};

// What $RANK, $WORLD_SIZE, $LOCAL_RANK, $MASTER_ADDR and $MASTER_PORT say; nothing if $WORLD_SIZE
// is not set. Throws `UsageError` if another of them is missing or makes no sense.
std::optional<ProcessEnvironment> process_environment();

// The variables by which a process finds itself in `place`, and all others of this process, as
// "NAME=value". Unless they are set, $OMP_NUM_THREADS is `num_threads`, and $TORCH_CPP_LOG_LEVEL
// keeps LibTorch from writing stacks to stderr when a process is lost.
std::vector<std::string> variables_of_process(const ProcessEnvironment& place, int64_t num_threads);

}  // namespace unipic
