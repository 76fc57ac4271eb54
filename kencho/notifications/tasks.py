"""Mail leaves from here."""

from datetime import timedelta

from django.core.mail import EmailMessage

from kencho.foundation import clock, queue
from kencho.notifications import services
from kencho.notifications.models import Message


@queue.task(atomic=False)
def send_mail(message_id: int) -> None:
    """Send one message by mail; a failure raises, so that the queue tries again later."""
    message = Message.objects.select_related("body").get(pk=message_id)
    if message.mail_state == Message.MailState.SENT:
        return
    mail = EmailMessage(
        subject=message.subject,
        body=message.text,
        to=[message.email],
        # The same id at each attempt lets mail systems drop a repeat after a crash between sending and noting it.
        headers={"Message-ID": f"<kencho-{message.pk}@{message.body.slug}.kencho.invalid>"},
    )
    try:
        mail.send(fail_silently=False)
    except Exception:
        if queue.is_last_attempt():
            Message.objects.filter(pk=message.pk).update(mail_state=Message.MailState.FAILED)
        raise
    Message.objects.filter(pk=message.pk).update(mail_state=Message.MailState.SENT, sent_at=clock.now())


@queue.task(every=timedelta(days=1))
def erase_old_messages() -> None:
    """Erase messages past their use."""
    services.erase_old(at=clock.now())
