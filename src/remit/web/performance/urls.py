"""Addresses of the performance room."""

from django.urls import path

from remit.web.performance.views import levels, loads, records, settlements

app_name = "performance"
_IN = "engagements/<slug:engagement>"
_MONTH = f"{_IN}/performance/levels/<str:level>/<str:month>"

urlpatterns = [
    path(f"{_IN}/performance/", levels.heat, name="heat"),
    path(f"{_IN}/performance/runs/", levels.runs, name="runs"),
    path(f"{_IN}/performance/charts/<str:picture>/", levels.picture, name="picture"),
    path(f"{_IN}/performance/scorecards/", settlements.scorecards, name="scorecards"),
    path(f"{_IN}/performance/by/<str:dimension>/progress/", levels.split_progress, name="split_progress"),
    path(f"{_IN}/performance/levels/<str:level>/", levels.level, name="level"),
    path(f"{_IN}/performance/levels/<str:level>/split/", levels.split, name="split"),
    path(f"{_MONTH}/", records.records, name="records"),
    path(f"{_MONTH}/progress/", records.records_progress, name="records_progress"),
    path(f"{_MONTH}/record/", records.record, name="record"),
    path(
        f"{_MONTH}/records.<str:form>",
        records.records_file,
        name="records_file",
    ),
    path(f"{_IN}/settlements/", settlements.settlements, name="settlements"),
    path(f"{_IN}/settlements/<str:month>/", settlements.settlement, name="settlement"),
    path(f"{_IN}/settlements/<str:month>/statement.<str:form>", settlements.statement_file, name="statement"),
    path(f"{_IN}/loads/", loads.loads, name="loads"),
    path(f"{_IN}/loads/new/", loads.new_load, name="new_load"),
    path(f"{_IN}/loads/<int:load>/", loads.load, name="load"),
    path(f"{_IN}/loads/<int:load>/progress/", loads.load_progress, name="load_progress"),
    path(f"{_IN}/loads/<int:load>/stop/", loads.stop, name="stop_load"),
    path(f"{_IN}/loads/<int:load>/withdraw/", loads.withdraw, name="withdraw_load"),
    path(f"{_IN}/loads/<int:load>/quarantine.csv", loads.quarantine_file, name="quarantine"),
    path(f"{_IN}/loads/<int:load>/mend/<int:number>/", loads.rows_to_mend, name="rows_to_mend"),
]
