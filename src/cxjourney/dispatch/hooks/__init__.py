"""Ready hooks: e-mail by SMTP, webhooks by HTTP, files for others to fetch, tasks for people.

Webhooks need the extra ``http``; it is loaded when one is made.
"""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.dispatch.hooks._bounces import Bounce as Bounce
    from cxjourney.dispatch.hooks._file_drop import FileDrop
    from cxjourney.dispatch.hooks._mail import SmtpHook
    from cxjourney.dispatch.hooks._safely import Renderer as Renderer
    from cxjourney.dispatch.hooks._task_list import TaskList
    from cxjourney.dispatch.hooks._webhook import Webhook

__all__ = ["FileDrop", "SmtpHook", "TaskList", "Webhook"]

later(
    __name__,
    {
        "_bounces": "Bounce",
        "_file_drop": "FileDrop",
        "_mail": "SmtpHook",
        "_task_list": "TaskList",
        "_webhook": "Webhook",
        "_safely": "Renderer",
    },
)
