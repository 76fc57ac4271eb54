"""Binding a robot to the reform that measures its hours."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kencho.foundation import clock
from kencho.organization.access import StaffRequest, staff_page
from kencho.robots import services
from kencho.robots.views._common import act, own_robot, robot_crumb


@staff_page("robots.may_operate")
@require_POST
def robot_bind(request: StaffRequest, pk: int) -> HttpResponse:
    """減った時間を、宣言にある業務の見直しで測る。"""
    robot = own_robot(request, pk)
    return act(
        request,
        lambda: services.bind_reform(robot=robot, by=request.desk.actor, at=clock.now()),
        _("結び付けました。これから済む件を、この業務の見直しで数えます。"),
        robot_crumb(robot)[1],
    )
