"""Mail and webhooks leave from here."""

from datetime import timedelta
from functools import partial

from django.core.mail import EmailMessage

from kencho.foundation import actors, clock, queue
from kencho.foundation.prepared import Prepared
from kencho.foundation.statements import update
from kencho.notifications import post, services
from kencho.notifications.models import Message, WebhookDelivery
from kencho.notifications.webhooks import services as webhooks

_messages = Prepared(
    lambda pk: Message.objects.select_related("body").filter(pk=pk).order_by(), Message, ("id",)
)


@queue.task(atomic=False)
def send_mail(message_id: int) -> queue.Note | None:
    """Send one message by mail; a failure raises, so that the queue tries again later."""
    message = _messages.one(message_id)
    if message is None or message.mail_state == Message.MailState.SENT:
        return None
    mail = EmailMessage(
        subject=message.subject,
        body=message.text,
        to=[message.email],
        # The same id at each attempt lets mail systems drop a repeat after a crash between sending and noting it.
        headers={"Message-ID": f"<kencho-{message.pk}@{message.body.slug}.kencho.invalid>"},
    )
    try:
        post.send(mail)
    except Exception:
        if queue.is_last_attempt():
            Message.objects.filter(pk=message.pk).update(mail_state=Message.MailState.FAILED)
        raise
    message.mail_state, message.sent_at = Message.MailState.SENT, clock.now()
    return partial(update, message, "mail_state", "sent_at")


@queue.task(every=timedelta(days=1))
def erase_old_messages() -> None:
    """Erase messages past their use."""
    services.erase_old(at=clock.now())


@queue.task(atomic=False)
def deliver_webhook(delivery_id: str) -> None:
    """Send one webhook; a failure raises, so that the queue tries again later and later."""
    delivery = WebhookDelivery.objects.select_related("endpoint__body").filter(pk=delivery_id).first()
    if delivery is not None:
        webhooks.deliver(
            delivery=delivery, is_last=queue.is_last_attempt(), by=actors.system("worker"), at=clock.now()
        )


@queue.task(every=timedelta(days=1))
def erase_old_deliveries() -> None:
    """Erase sendings of webhooks past their use."""
    webhooks.erase_old(at=clock.now())
