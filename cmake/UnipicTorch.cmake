# Finds LibTorch: Torch_DIR or CMAKE_PREFIX_PATH if they lead to one, else the torch of the active
# Python, else the one in the private .venv that scripts/setup.sh makes.

option(UNIPIC_CUDA "Expect a CUDA build of LibTorch" OFF)

find_package(Torch QUIET)
if(NOT Torch_FOUND)
  foreach(python python3 "${PROJECT_SOURCE_DIR}/.venv/bin/python")
    execute_process(COMMAND ${python} -c "import torch; print(torch.utils.cmake_prefix_path)"
                    OUTPUT_VARIABLE torch_prefix OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET
                    RESULT_VARIABLE torch_missing)
    if(NOT torch_missing)
      list(APPEND CMAKE_PREFIX_PATH "${torch_prefix}")
      break()
    endif()
  endforeach()
  find_package(Torch REQUIRED)
endif()
# LibTorch's at::parallel_for is inline: without OpenMP it silently runs on one thread.
find_package(OpenMP REQUIRED COMPONENTS CXX)
# The wheel's LibTorch holds Gloo, but not its headers, which those of c10d include.
find_path(GLOO_INCLUDE_DIR gloo/transport/device.h HINTS ${TORCH_INCLUDE_DIRS})
if(NOT GLOO_INCLUDE_DIR)
  message(FATAL_ERROR "Gloo's headers are missing: install libgloo-dev, or run scripts/setup.sh")
endif()
if(UNIPIC_CUDA AND NOT TORCH_CUDA_LIBRARIES)
  message(FATAL_ERROR "UNIPIC_CUDA is ON, but ${TORCH_INSTALL_PREFIX} is a CPU build of LibTorch")
endif()
