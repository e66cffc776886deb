"""The steps of training that all models here share."""

import time

import torch
from torch import Tensor, nn


class Descent:
    """AdamW on groups of parameters; the rate rises for 6 % of the steps and falls to a fiftieth.

    `done` is how many steps of a longer run were made before.
    """

    EACH = 50  # steps between two lines of progress

    def __init__(self, model: nn.Module, groups: list[dict], steps: int, done: int = 0):
        self._model, self._steps, self._step = model, steps, done
        self._optimise = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
        rate = lambda k: min(1.0, (k + 1) / (steps * 0.06)) * max(0.02, 1 - (k + done) / steps)  # noqa: E731
        self._schedule = torch.optim.lr_scheduler.LambdaLR(self._optimise, rate)
        self._start, self._total = time.time(), 0.0

    def step(self, loss: Tensor) -> None:
        self._optimise.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
        self._optimise.step()
        self._schedule.step()
        self._step += 1
        self._total += loss.item()
        if self._step % self.EACH == 0:
            seconds = time.time() - self._start
            print(f"{self._step}/{self._steps} loss {self._total / self.EACH:.3f} {seconds:.0f} s", flush=True)
            self._total = 0.0


def with_encoder(model: nn.Module, encoder: nn.Module) -> list[dict]:
    """The parameters of a pretrained encoder at a low rate, those of the heads of a model at a higher one."""
    own = {id(p) for p in encoder.parameters()}
    heads = [p for p in model.parameters() if id(p) not in own]
    return [{"params": list(encoder.parameters()), "lr": 1.2e-4}, {"params": heads, "lr": 1.5e-3}]
